#include "actors/pipeline/grammar/message_types.hpp"

#include <algorithm>
#include <cctype>
#include <map>
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

}  // namespace

std::optional<narrowing> narrowing_of(const selector& pick) {
  narrowing out;
  bool everywhere = true;
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
  for (std::uint32_t i = 0; i < out.types.size(); ++i) {
    if (out.types[i].seen > out.types[out.pick.fallback].seen) out.pick.fallback = i;
  }
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
