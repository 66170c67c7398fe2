#include "actors/resilience/retry_backoff.hpp"

#include <algorithm>
#include <cmath>

namespace troupe {

namespace {

duration part_of(duration whole, double drawn) noexcept {
  return duration{static_cast<duration::rep>(static_cast<double>(whole.count()) * drawn)};
}

}  // namespace

duration doubled(duration base, duration max, std::uint32_t n) noexcept {
  const auto doublings = static_cast<int>(std::clamp<std::uint32_t>(n, 1, 64)) - 1;
  const auto grown = std::ldexp(static_cast<double>(base.count()), doublings);
  if (grown >= static_cast<double>(max.count())) return max;
  return duration{static_cast<duration::rep>(grown)};
}

std::optional<duration> retry_backoff::pause(std::uint32_t made, double drawn, duration remaining,
                                             duration retry_after) const noexcept {
  if (made >= attempts) return std::nullopt;
  if (retry_after >= remaining) return std::nullopt;
  const auto wait = retry_after > duration{0} ? retry_after + part_of(base, drawn)
                                              : part_of(doubled(base, max, made), drawn);
  if (wait >= remaining) return std::nullopt;
  return wait;
}

}  // namespace troupe
