#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "messages/traffic.hpp"

namespace troupe {

/// The beginning of one flow, borrowed: all that the classifier looks at.
struct flow_opening {
  transport l4 = transport::none;
  std::span<const segment> segments;
  std::span<const std::uint8_t> bytes;  // what segment::offset refers to

  [[nodiscard]] std::span<const std::uint8_t> payload(const segment& of) const;
};

[[nodiscard]] flow_opening opening_of(const traffic_group& group, const flow& of);

/// How much of an opening is used (more bytes or messages gained nothing, docs/classifier.md).
struct used_limit {
  static constexpr std::uint32_t segments_per_direction = 3;
  static constexpr std::uint32_t segment_bytes = 64;
};

/// The segments that are used, in order: the first three of each direction.
[[nodiscard]] std::vector<segment> used_segments(std::span<const segment> opening);

/// A verdict may be reached after so many used segments; otherwise after the last one.
inline constexpr std::uint32_t early_stages[] = {1, 2, 4};

[[nodiscard]] bool is_stage(std::size_t segments_seen, std::size_t segments_in_all) noexcept;

}  // namespace troupe
