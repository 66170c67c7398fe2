#include "actors/pipeline/classifier/opening.hpp"

#include <algorithm>
#include <array>

namespace troupe {

std::span<const std::uint8_t> flow_opening::payload(const segment& of) const {
  if (of.offset >= bytes.size()) return {};
  const std::size_t kept =
      std::min<std::size_t>({of.size, bytes.size() - of.offset, used_limit::segment_bytes});
  return bytes.subspan(of.offset, kept);
}

flow_opening opening_of(const traffic_group& group, const flow& of) {
  return {of.l4, of.opening, group.opening_bytes};
}

std::vector<segment> used_segments(std::span<const segment> opening) {
  std::vector<segment> used;
  used.reserve(2 * used_limit::segments_per_direction);
  std::array<std::uint32_t, 2> taken{};
  for (const segment& each : opening) {
    std::uint32_t& of_direction = taken[each.dir == direction::client_to_server ? 0 : 1];
    if (of_direction == used_limit::segments_per_direction) continue;
    ++of_direction;
    used.push_back(each);
  }
  return used;
}

bool is_stage(std::size_t segments_seen, std::size_t segments_in_all) noexcept {
  return segments_seen == segments_in_all ||
         std::ranges::find(early_stages, segments_seen) != std::end(early_stages);
}

}  // namespace troupe
