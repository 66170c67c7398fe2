#include "actors/pipeline/grammar/message_types.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>
#include <utility>

#include "actors/pipeline/parser/selection.hpp"

namespace troupe::grammar {

namespace {

constexpr std::size_t most_types = 512;

void append_value(std::string& name, const keyword& which, const std::string& value) {
  constexpr std::string_view digits = "0123456789abcdef";
  name += '_';
  if (which.from == keyword::source::direction) {
    name += value == std::string(1, '\0') ? "request" : "answer";
    return;
  }
  for (const char at : value.substr(0, 16)) {
    const auto byte = static_cast<std::uint8_t>(at);
    if (which.from == keyword::source::word) {
      name += std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '_';
    } else {
      name += digits[byte >> 4U];
      name += digits[byte & 15U];
    }
  }
}

std::string name_of(const std::vector<keyword>& keywords, const std::vector<std::string>& values,
                    std::set<std::string>& taken) {
  std::string name = "type";
  for (std::size_t i = 0; i < values.size(); ++i) append_value(name, keywords[i], values[i]);
  if (!taken.insert(name).second) {
    name += '_' + std::to_string(taken.size());
    taken.insert(name);
  }
  return name;
}

/// Takes the last value away where it does not count.
void narrow(std::vector<std::string>& values, const narrowing& last) {
  if (values.empty()) return;
  auto own = std::move(values.back());
  values.pop_back();
  const auto known = last.find(values);
  if (known != last.end() && known->second.contains(own)) values.push_back(std::move(own));
}

/// What types have in common that differ in one keyword only, a byte, and are longer by what it is
/// greater.
struct same_but_size {
  std::vector<std::string> others;  // the tuple without it
  std::int64_t behind;              // bytes of a message, less the keyword

  friend auto operator<=>(const same_but_size&, const same_but_size&) = default;
};

using type_numbers = std::vector<std::uint32_t>;

std::map<same_but_size, type_numbers> alike_but_size(const typed_messages& typed, std::size_t at) {
  std::map<same_but_size, type_numbers> out;
  for (const auto& [tuple, type] : typed.pick.types) {
    const auto& one = typed.types[type];
    if (tuple.size() <= at || tuple[at].size() != 1 || one.shortest != one.longest) continue;
    auto others = tuple;
    others[at].clear();
    const auto value = static_cast<std::uint8_t>(tuple[at].front());
    out[{std::move(others), std::int64_t{one.shortest} - value}].push_back(type);
  }
  return out;
}

std::uint32_t most_frequent(const std::vector<message_type>& types) {
  std::uint32_t best = 0;
  for (std::uint32_t i = 0; i < types.size(); ++i) {
    if (types[i].seen > types[best].seen) best = i;
  }
  return best;
}

/// `into`: by type, the one whose messages it takes over, or itself.
void merge(typed_messages& typed, const type_numbers& into) {
  type_numbers number(typed.types.size());
  std::vector<message_type> kept;
  for (std::uint32_t i = 0; i < into.size(); ++i) {
    auto& own = typed.types[i];
    if (into[i] == i) {
      number[i] = static_cast<std::uint32_t>(kept.size());
      kept.push_back(std::move(own));
      continue;
    }
    number[i] = number[into[i]];
    auto& other = kept[number[i]];
    other.seen += own.seen;
    other.shortest = std::min(other.shortest, own.shortest);
    other.longest = std::max(other.longest, own.longest);
  }
  for (auto& [tuple, type] : typed.pick.types) type = number[type];
  for (auto& type : typed.type_of) type = number[type];
  typed.types = std::move(kept);
  typed.pick.fallback = most_frequent(typed.types);
}

}  // namespace

void merge_sizes(typed_messages& typed) {
  constexpr std::int64_t fewest = 4;
  for (std::size_t at = 0; at < typed.pick.keywords.size(); ++at) {
    const auto& which = typed.pick.keywords[at];
    if (which.from != keyword::source::bytes || which.width != 1) continue;
    type_numbers into(typed.types.size());
    std::iota(into.begin(), into.end(), std::uint32_t{0});
    for (const auto& [same, types] : alike_but_size(typed, at)) {
      const auto often =
          std::ranges::count_if(types, [&](auto i) { return typed.types[i].seen > 1; });
      if (often < fewest) continue;
      const auto first = std::ranges::min(types);
      for (const auto type : types) into[type] = first;
      typed.types[first].evidence.push_back(
          "byte " + std::to_string(which.offset) +
          " says how many bytes follow: " + std::to_string(types.size()) + " values are one type");
    }
    merge(typed, into);
  }
}

std::optional<narrowing> narrowing_of(const selector& pick) {
  narrowing out;
  // A further word is a status code, which counts only for the words that it was seen with.
  bool everywhere = pick.keywords.size() < 2 || pick.keywords.back().from != keyword::source::word;
  for (const auto& [tuple, type] : pick.types) {
    if (tuple.size() < pick.keywords.size()) {
      everywhere = false;
    } else if (!tuple.empty()) {
      out[{tuple.begin(), tuple.end() - 1}].insert(tuple.back());
    }
  }
  return everywhere ? std::nullopt : std::optional(std::move(out));
}

typed_messages assign_types(const traffic_group& group, std::vector<keyword> keywords,
                            const std::optional<narrowing>& last) {
  typed_messages out;
  out.pick.keywords = std::move(keywords);
  std::set<std::string> names;
  std::vector<std::string> values;
  for (const auto& one : group.messages) {
    const auto bytes = group.payload(one);
    values.resize(out.pick.keywords.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      keyword_value(out.pick.keywords[i], bytes, one.dir, values[i]);
    }
    if (last) narrow(values, *last);
    auto known = out.pick.types.find(values);
    if (known == out.pick.types.end() && out.types.size() < most_types) {
      known = out.pick.types.emplace(values, static_cast<std::uint32_t>(out.types.size())).first;
      out.types.push_back({});
      out.types.back().name = name_of(out.pick.keywords, values, names);
      out.types.back().shortest = one.size;
    }
    const auto type = known == out.pick.types.end() ? 0U : known->second;
    auto& entry = out.types[type];
    ++entry.seen;
    entry.shortest = std::min(entry.shortest, one.size);
    entry.longest = std::max(entry.longest, one.size);
    out.type_of.push_back(type);
  }
  out.pick.fallback = most_frequent(out.types);
  return out;
}

std::vector<transition> count_transitions(const traffic_group& group,
                                          const std::vector<std::uint32_t>& type_of) {
  std::unordered_map<std::uint32_t, std::uint32_t> last;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> seen;
  for (std::size_t i = 0; i < type_of.size(); ++i) {
    const auto [at, fresh] = last.try_emplace(group.messages[i].flow, type_of[i]);
    if (!fresh) ++seen[{at->second, type_of[i]}];
    at->second = type_of[i];
  }
  std::vector<transition> out;
  for (const auto& [pair, count] : seen) out.push_back({pair.first, pair.second, count});
  return out;
}

}  // namespace troupe::grammar
