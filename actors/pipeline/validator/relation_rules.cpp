#include "actors/pipeline/validator/relation_rules.hpp"

#include <array>
#include <optional>
#include <variant>

#include "actors/pipeline/parser/checksums.hpp"
#include "actors/pipeline/parser/numbers.hpp"

namespace troupe {

namespace {

/// What the field measures, as counted in this message; nothing where it was not read.
std::optional<std::uint64_t> covered(const parse_tree& tree, const parse_tree::body_run& in,
                                     const length_relation& says, std::uint32_t field_end,
                                     std::size_t message_size) {
  using covers = length_relation::covers;
  if (says.what == covers::message) return message_size;
  if (says.what == covers::rest) return message_size - field_end;
  const auto& target = tree.extents[in.first_extent + says.target];
  if (target.begin == parse_tree::none) return std::nullopt;
  return says.what == covers::items ? target.items : target.end - target.begin;
}

/// unit * value + bias == count, without overflow.
bool agrees(const length_relation& says, std::uint64_t value, std::uint64_t count) {
  const auto units = static_cast<std::int64_t>(count) - says.bias;
  if (units < 0 || units % says.unit != 0) return false;
  return static_cast<std::uint64_t>(units) / says.unit == value;
}

std::string shown(std::uint64_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (; value > 0 || text.empty(); value >>= 4)
    text.insert(text.begin(), digits[static_cast<std::size_t>(value & 15)]);
  return text;
}

std::string measured(const length_relation& says, std::uint64_t value, std::uint64_t count) {
  using covers = length_relation::covers;
  constexpr std::array<std::string_view, 4> what{" bytes in the message", " bytes follow",
                                                 " bytes are there", " items are there"};
  static_assert(static_cast<std::size_t>(covers::items) == 3);
  auto text = "says " + std::to_string(value);
  if (says.unit != 1) text += " times " + std::to_string(says.unit);
  if (says.bias != 0) text += " plus " + std::to_string(says.bias);
  text += ", " + std::to_string(count);
  return text.append(what[static_cast<std::size_t>(says.what)]);
}

}  // namespace

std::string broken_relation(const parse_tree& tree, const parse_tree::body_run& in,
                            std::uint32_t number, std::span<const std::uint8_t> message) {
  const auto& f = std::get<field>((*in.what)[number].node);
  const auto& place = tree.extents[in.first_extent + number];
  const auto size = place.end - place.begin;
  if (place.begin == parse_tree::none || size == 0 || size > 8) return {};
  const auto value = read_number(message.subspan(place.begin, size), f.order);
  if (f.measures) {
    const auto count = covered(tree, in, *f.measures, place.end, message.size());
    if (count && !agrees(*f.measures, value, *count)) return measured(*f.measures, value, *count);
  }
  if (f.sums) {
    const auto expected = expected_checksum(*f.sums, message, place.begin, size);
    if (expected != value)
      return std::string(to_string(f.sums->with)) + " is " + shown(expected) + ", the field says " +
             shown(value);
  }
  return {};
}

}  // namespace troupe
