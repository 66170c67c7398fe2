#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "messages/ids.hpp"

namespace troupe {

/// Durations counted in buckets of powers of two: plain numbers for one actor, handed to the
/// metrics now and then. An observation costs about 3 ns, one on a shared histogram 40 to 100.
///
/// Bucket b holds durations of at most 2^(b+10) ns, so 1.024 us to 68.7 s; the last one the rest.
/// That spans a cached answer (some us) and the longest deadline anybody waits for (a minute) with
/// an error of at most a factor of two, which a percentile for an alert can bear.
struct latency_counts {
  static constexpr unsigned first_power = 10;
  static constexpr std::size_t bounded = 27;

  std::array<std::uint64_t, bounded + 1> buckets{};
  duration sum{0};

  void observe(duration took) noexcept {
    const auto ns = static_cast<std::uint64_t>(std::max<duration::rep>(took.count(), 1));
    const auto power = static_cast<unsigned>(std::bit_width(ns - 1));  // the least p with ns <= 2^p
    const auto bucket = power <= first_power ? 0U : power - first_power;
    ++buckets[std::min<std::size_t>(bucket, bounded)];
    sum += took;
  }

  /// The upper bound of bucket `b`, b < bounded.
  [[nodiscard]] static constexpr duration bound(std::size_t b) noexcept {
    return duration(std::int64_t{1} << (b + first_power));
  }

  friend bool operator==(const latency_counts&, const latency_counts&) = default;
};

}  // namespace troupe
