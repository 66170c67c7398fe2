#include "actors/pipeline/validator/common_rules.hpp"

#include <algorithm>
#include <variant>

#include "actors/pipeline/parser/export_text.hpp"
#include "actors/pipeline/parser/numbers.hpp"
#include "actors/pipeline/parser/selection.hpp"
#include "actors/pipeline/statistics/unseen.hpp"
#include "actors/pipeline/validator/end_rules.hpp"

namespace troupe {

namespace {

constexpr std::uint32_t looked_at = 64;  // bytes

/// Calls `each(field, offset)` for the fields of fixed size that a body begins with.
template <class Each>
void leading_fields(const body& elements, Each each) {
  std::uint32_t offset = 0;
  for (const auto& one : elements) {
    const auto* f = std::get_if<field>(&one.node);
    if (f == nullptr || f->size.kind != size_rule::how::fixed || offset >= looked_at) return;
    each(*f, offset);
    offset += f->size.bytes;
  }
}

std::uint64_t messages_in(const format& what) {
  std::uint64_t all = 0;
  for (const auto& type : what.types) all += type.seen;
  return all;
}

/// Of a capital 'A', of a small letter 'a', of a digit '9'; bytes that are no text are all alike.
char sort_of(char each) noexcept {
  if (each >= 'A' && each <= 'Z') return 'A';
  if (each >= 'a' && each <= 'z') return 'a';
  if (each >= '0' && each <= '9') return '9';
  return each >= 0x20 && each < 0x7f ? each : '\0';
}

/// The shape of a word: the sorts of its bytes, runs of capitals, small letters or digits once.
std::string shape_of(std::string_view word) {
  std::string out;
  for (const char each : word) {
    const char sort = sort_of(each);
    const bool runs = sort == 'A' || sort == 'a' || sort == '9';
    if (!runs || !out.ends_with(sort)) out += sort;
  }
  return out;
}

using counts = std::map<std::string, std::uint64_t>;  // messages

counts shapes_of(const counts& words) {
  counts out;
  for (const auto& [word, seen] : words) out[shape_of(word)] += seen;
  return out;
}

/// Whether another key has so little chance that there is none.
bool is_closed(const counts& seen, std::uint64_t all) {
  const auto once =
      std::ranges::count(seen, std::uint64_t{1}, [](const auto& one) { return one.second; });
  return chance_of_unseen(static_cast<std::uint64_t>(once), all) <
         common_rules::keywords_closed_under;
}

/// Whether one type has several values of this keyword: then it is a length, and others may come.
bool is_merged(const selector& pick, std::size_t keyword) {
  std::map<std::uint32_t, std::set<std::string>> values;
  for (const auto& [tuple, type] : pick.types) values[type].insert(tuple[keyword]);
  return std::ranges::any_of(values, [](const auto& one) { return one.second.size() > 1; });
}

}  // namespace

common_rules::common_rules(const format& what) {
  if (!end_rules::certain(0, messages_in(what))) return;
  learn_keywords(what);
  learn_constants(what);
  learn_size(what);
}

std::map<std::uint32_t, char> common_rules::constants_of(const message_type& type) {
  std::map<std::uint32_t, char> out;
  leading_fields(type.elements, [&](const field& f, std::uint32_t offset) {
    if (f.values.size() != 1) return;
    for (std::uint32_t i = 0; i < f.values[0].bytes.size(); ++i)
      out[offset + i] = f.values[0].bytes[i];
  });
  return out;
}

void common_rules::learn_constants(const format& what) {
  constants_ = constants_of(what.types.front());
  for (const auto& type : what.types) {
    const auto known = constants_of(type);
    std::erase_if(constants_, [&](const auto& one) {
      const auto found = known.find(one.first);
      return found == known.end() || found->second != one.second;
    });
  }
}

void common_rules::learn_keywords(const format& what) {
  const auto all = messages_in(what);
  for (std::size_t i = 0; i < what.pick.keywords.size(); ++i) {
    counts seen;
    const bool of_all =
        std::ranges::all_of(what.pick.types, [&](const auto& one) { return one.first.size() > i; });
    if (!of_all || is_merged(what.pick, i)) continue;
    for (const auto& [values, type] : what.pick.types) seen[values[i]] += what.types[type].seen;
    const bool by_shape =
        what.pick.keywords[i].from == keyword::source::word && !is_closed(seen, all);
    if (by_shape) seen = shapes_of(seen);
    if (!is_closed(seen, all)) continue;
    auto& closed = keywords_.emplace_back(closed_keyword{what.pick.keywords[i], by_shape, {}});
    for (const auto& [value, count] : seen) closed.values.insert(value);
  }
}

void common_rules::learn_size(const format& what) {
  std::map<size_field, std::uint64_t> seen;
  for (const auto& type : what.types) {
    leading_fields(type.elements, [&](const field& f, std::uint32_t offset) {
      using covers = length_relation::covers;
      if (!f.measures || f.size.bytes == 0 || f.size.bytes > 8) return;
      if (f.measures->what != covers::rest && f.measures->what != covers::message) return;
      const auto before = f.measures->what == covers::rest ? offset + f.size.bytes : 0U;
      seen[{offset, f.size.bytes, f.order, f.measures->unit, f.measures->bias + before}] +=
          type.seen;
    });
  }
  const auto best = std::ranges::max_element(seen, {}, [](const auto& one) { return one.second; });
  if (best == seen.end()) return;
  const auto share = static_cast<double>(best->second) / static_cast<double>(messages_in(what));
  if (share >= most) size_ = best->first;
}

std::string common_rules::wrong_constant(std::span<const std::uint8_t> message) const {
  for (const auto& [offset, value] : constants_) {
    if (offset >= message.size() || static_cast<char>(message[offset]) == value) continue;
    std::string why = "byte ";
    why.append(std::to_string(offset)).append(" is not ").append(shown_bytes({&value, 1}));
    return why.append(", which all messages have there");
  }
  return {};
}

std::string common_rules::wrong_keyword(std::span<const std::uint8_t> message,
                                        direction dir) const {
  return objection(message, dir, false);
}

std::string common_rules::wrong_shape(std::span<const std::uint8_t> message, direction dir) const {
  return objection(message, dir, true);
}

std::string common_rules::objection(std::span<const std::uint8_t> message, direction dir,
                                    bool by_shape) const {
  std::string value;
  for (const auto& one : keywords_) {
    if (one.by_shape != by_shape) continue;
    keyword_value(one.which, message, dir, value);
    if (one.values.contains(one.by_shape ? shape_of(value) : value)) continue;
    std::string why = "a keyword of the message type is ";
    why.append(value.empty() ? "missing" : shown_bytes(value)).append(" instead of one of ");
    return why.append(std::to_string(one.values.size()))
        .append(one.by_shape ? " known shapes" : " known values");
  }
  return {};
}

std::string common_rules::wrong_size(std::span<const std::uint8_t> message) const {
  if (!size_) return {};
  const auto end = size_->offset + size_->width;
  std::string why = std::to_string(message.size()).append(" bytes");
  if (end > message.size()) return why.append(", too short for the length of the message");
  const auto value = read_number(message.subspan(size_->offset, size_->width), size_->order);
  const auto size = static_cast<std::int64_t>(message.size()) - size_->bias;
  if (size >= 0 && size % size_->unit == 0 &&
      static_cast<std::uint64_t>(size) / size_->unit == value)
    return {};
  return why.append(", but its length field says ").append(std::to_string(value));
}

}  // namespace troupe
