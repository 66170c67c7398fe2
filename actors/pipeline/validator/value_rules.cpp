#include "actors/pipeline/validator/value_rules.hpp"

#include <algorithm>
#include <variant>

#include "actors/pipeline/parser/export_text.hpp"
#include "actors/pipeline/parser/numbers.hpp"
#include "actors/pipeline/validator/end_rules.hpp"

namespace troupe {

namespace {

std::string_view as_text(std::span<const std::uint8_t> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool has_range(field_kind kind) noexcept {
  return kind == field_kind::number || kind == field_kind::length || kind == field_kind::count;
}

/// The seen range, made wider by its own width on both sides: half of what lies in it was never
/// seen, so a value at its edge is no surprise yet.
std::string range_objection(const field& to, std::uint64_t value) {
  const auto low = *to.minimum;
  const auto high = std::max(*to.maximum, low);
  const auto slack = high - low + 1;
  const auto below = value < low && low - value > slack;
  const auto above = value > high && value - high > slack;
  if (!below && !above) return {};
  return "holds " + std::to_string(value) + "; seen were " + std::to_string(low) + " to " +
         std::to_string(high);
}

}  // namespace

double chance_of_new(std::span<const std::uint64_t> seen) noexcept {
  std::uint64_t all = 0;
  std::uint64_t once = 0;
  for (const auto count : seen) {
    all += count;
    if (count == 1) ++once;
  }
  if (all < value_rules::fewest_seen) return 1;
  return static_cast<double>(once) / static_cast<double>(all);
}

value_rules::value_rules(const format& what) {
  for (const auto& type : what.types) {
    learn(type.elements, tags_.emplace_back());
    learn_ranges(type);
  }
}

void value_rules::learn_ranges(const message_type& type) {
  if (!end_rules::certain(0, type.seen)) return;
  for (const auto& each : type.elements)
    if (const auto* f = std::get_if<field>(&each.node);
        f != nullptr && f->minimum && f->maximum && !f->measures && has_range(f->kind))
      ranged_.insert(f);
}

void value_rules::learn(const body& elements, known_tags& tags) {
  for (const auto& each : elements) {
    if (const auto* f = std::get_if<field>(&each.node)) learn(*f);
    if (const auto* l = std::get_if<list>(&each.node)) learn(l->item, tags);
    if (const auto* c = std::get_if<choice>(&each.node)) {
      for (const auto& [key, picked] : c->cases) learn(picked, tags);
      learn(c->otherwise, tags);
    }
    if (const auto* b = std::get_if<ber_tree>(&each.node)) learn(*b, tags);
  }
}

void value_rules::learn(const ber_tree& from, known_tags& tags) {
  tags.closed = tags.closed && from.unlisted.value_or(1) < unlisted_under;
  for (const auto& one : from.tags) tags.tags += one.bytes;
}

void value_rules::learn(const field& from) {
  if (from.kind != field_kind::constant && from.kind != field_kind::enumeration) return;
  std::vector<std::uint64_t> seen;
  std::vector<std::string_view> values;
  for (const auto& value : from.values) {
    seen.push_back(value.seen);
    values.emplace_back(value.bytes);
  }
  if (from.unlisted ? *from.unlisted >= unlisted_under : chance_of_new(seen) >= closed_under)
    return;
  std::sort(values.begin(), values.end());
  closed_.emplace(&from, std::move(values));
}

std::string value_rules::tag_objection(std::uint32_t type, std::uint8_t tag) const {
  const auto& known = tags_[type];
  const auto value = static_cast<char>(tag);
  if (!known.closed || known.tags.empty() || known.tags.find(value) != std::string::npos) return {};
  return "the tag " + shown_bytes({&value, 1}) + " is none of the known ones";
}

std::string value_rules::objection(const field& to, std::span<const std::uint8_t> bytes) const {
  if (bytes.empty()) return {};
  if (const auto known = closed_.find(&to); known != closed_.end()) {
    const auto& values = known->second;
    if (std::binary_search(values.begin(), values.end(), as_text(bytes))) return {};
    const std::string expected = values.size() == 1
                                     ? shown_bytes(values.front())
                                     : "one of " + std::to_string(values.size()) + " known values";
    return "holds " + shown_bytes(as_text(bytes)) + " instead of " + expected;
  }
  if (bytes.size() > 8 || !ranged_.contains(&to)) return {};
  return range_objection(to, read_number(bytes, to.order));
}

}  // namespace troupe
