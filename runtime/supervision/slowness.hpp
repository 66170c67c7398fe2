#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "messages/ids.hpp"

namespace troupe {

/// Learns how much longer than predicted a job takes at the 95th percentile, from the latest 128.
/// Refreshed every 3 s: a tail that moves with each answer would hedge on noise.
class slowness {
 public:
  static constexpr duration floor = std::chrono::milliseconds(1);
  static constexpr duration refresh = std::chrono::seconds(3);
  static constexpr std::uint64_t least = 32;  // jobs, before anything is said

  void observe(duration predicted, duration took, time_point now) {
    if (predicted <= duration{0}) return;
    ratios_[seen_++ % ratios_.size()] =
        static_cast<double>(took.count()) / static_cast<double>(predicted.count());
    if (seen_ < least || (p95_ && now - refreshed_ < refresh)) return;
    refreshed_ = now;
    auto sorted = ratios_;
    const auto count = std::min<std::uint64_t>(seen_, sorted.size());
    const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(count * 95 / 100);
    std::nth_element(sorted.begin(), place, sorted.begin() + static_cast<std::ptrdiff_t>(count));
    p95_ = *place;
  }

  /// After how long a job of this predicted cost is slow. Nothing before enough was seen.
  [[nodiscard]] std::optional<duration> slow_after(duration predicted) const {
    if (!p95_) return std::nullopt;
    const auto nanoseconds = static_cast<double>(predicted.count()) * *p95_;
    return std::max(floor, duration(static_cast<duration::rep>(std::min(nanoseconds, 1e15))));
  }

 private:
  std::array<double, 128> ratios_{};
  std::uint64_t seen_ = 0;
  std::optional<double> p95_;
  time_point refreshed_;
};

}  // namespace troupe
