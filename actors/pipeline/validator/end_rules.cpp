#include "actors/pipeline/validator/end_rules.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "actors/pipeline/parser/export_text.hpp"
#include "actors/pipeline/statistics/unseen.hpp"

namespace troupe {

namespace {

constexpr std::uint64_t enough_for_bound = 4;  // messages

template <class Known>
bool closed(const std::vector<Known>& known, std::uint64_t all) noexcept {
  const auto once = std::ranges::count_if(known, [](const auto& one) { return one.seen == 1; });
  return !known.empty() && end_rules::certain(static_cast<std::uint64_t>(once), all);
}

/// Whether so many sizes would hardly have a step in common by chance.
bool is_step(const message_ends& ends) {
  constexpr double hardly = 1000;
  const auto sizes = ends.sizes.empty() ? message_ends::most_listed : ends.sizes.size();
  return ends.step > 1 && std::pow(ends.step, static_cast<double>(sizes) - 1) >= hardly;
}

/// Whether a message of this layout says where it ends: by a length, or as a tree.
bool says_its_size(const body& elements) {
  using covers = length_relation::covers;
  return std::ranges::any_of(elements, [](const element& each) {
    if (std::holds_alternative<ber_tree>(each.node)) return true;
    const auto* f = std::get_if<field>(&each.node);
    return f != nullptr && f->measures &&
           (f->measures->what == covers::rest || f->measures->what == covers::message);
  });
}

bool is_text_byte(std::uint8_t byte) noexcept {
  return (byte >= 0x20 && byte < 0x7f) || byte == '\t' || byte == '\r' || byte == '\n';
}

std::string_view tail(std::span<const std::uint8_t> message, std::size_t width) noexcept {
  const auto last = message.last(std::min(width, message.size()));
  return {reinterpret_cast<const char*>(last.data()), last.size()};
}

/// Why the last bytes are none of the known ones.
std::string foreign_tail(const std::vector<known_value>& known, std::string_view last) {
  if (std::ranges::any_of(known, [&](const known_value& one) { return one.bytes == last; })) {
    return {};
  }
  std::string why = "ends in ";
  why.append(shown_bytes(last)).append(" instead of ");
  if (known.size() == 1) return why.append(shown_bytes(known.front().bytes));
  return why.append("one of ").append(std::to_string(known.size())).append(" known ends");
}

std::string foreign_size(const std::vector<known_size>& known, std::size_t size) {
  if (std::ranges::any_of(known, [&](const known_size& one) { return one.bytes == size; })) {
    return {};
  }
  auto why = std::to_string(size);
  why.append(" bytes instead of ");
  if (known.size() == 1) return why.append(std::to_string(known.front().bytes));
  return why.append("one of ").append(std::to_string(known.size())).append(" known sizes");
}

/// Where several messages have the least or the greatest size, it is a bound and no chance.
bool is_bound(const known_size& extreme) { return extreme.seen >= enough_for_bound; }

std::string beyond_bounds(const message_ends& ends, std::size_t size) {
  const bool below = size < ends.shortest.bytes && is_bound(ends.shortest);
  const bool above = size > ends.longest.bytes && is_bound(ends.longest);
  if (!below && !above) return {};
  auto why = std::to_string(size);
  why.append(below ? " bytes, the least were " : " bytes, the most were ");
  return why.append(std::to_string(below ? ends.shortest.bytes : ends.longest.bytes));
}

std::string off_step(const message_ends& ends, std::size_t size) {
  if (size % ends.step == ends.remainder) return {};
  auto why = std::to_string(size);
  why.append(" bytes are no multiple of ").append(std::to_string(ends.step));
  if (ends.remainder > 0) why.append(" and ").append(std::to_string(ends.remainder));
  return why;
}

}  // namespace

bool end_rules::certain(std::uint64_t seen_once, std::uint64_t all) noexcept {
  return chance_of_unseen(seen_once, all) < certain_under;
}

end_rules::end_rules(const format& what) {
  std::uint64_t say = 0;
  for (const auto& type : what.types) {
    const bool says = says_its_size(type.elements);
    if (says) say += type.seen;
    of_type_.push_back(rules_from(type.ends, says));
  }
  // A size that none had is no surprise in a protocol of which most messages say theirs.
  of_all_ = rules_from(what.ends, say * 2 > what.ends.seen);
}

end_rules::rules end_rules::rules_from(const message_ends& ends, bool says_its_size) {
  rules out;
  out.from = &ends;
  if (!certain(0, ends.seen)) return out;
  out.only_text = ends.only_text == ends.seen;
  if (says_its_size) return out;
  out.last_byte = closed(ends.last_byte, ends.seen);
  out.last_two = closed(ends.last_two, ends.seen);
  out.sizes = closed(ends.sizes, ends.seen);
  out.bounds = true;
  out.step = is_step(ends);
  return out;
}

std::string end_rules::objection(const rules& known, std::span<const std::uint8_t> message) {
  const auto& ends = *known.from;
  std::string why;
  if (known.only_text && !std::ranges::all_of(message, is_text_byte)) why = "is not only text";
  if (why.empty() && known.last_two) why = foreign_tail(ends.last_two, tail(message, 2));
  if (why.empty() && known.last_byte) why = foreign_tail(ends.last_byte, tail(message, 1));
  if (why.empty() && known.sizes) why = foreign_size(ends.sizes, message.size());
  if (why.empty() && known.bounds) why = beyond_bounds(ends, message.size());
  if (why.empty() && known.step) why = off_step(ends, message.size());
  return why;
}

std::string end_rules::objection(std::span<const std::uint8_t> message) const {
  return message.empty() ? std::string{} : objection(of_all_, message);
}

std::string end_rules::objection(std::uint32_t type, std::span<const std::uint8_t> message) const {
  if (message.empty()) return {};
  auto why = objection(message);
  return why.empty() ? objection(of_type_[type], message) : why;
}

}  // namespace troupe
