#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "messages/ids.hpp"
#include "runtime/node/seed.hpp"
#include "runtime/supervision/child_spec.hpp"

namespace troupe::chaos {

/// Random numbers that are the same on every machine (the standard library's distributions are
/// not). SplitMix64: one of its own for each purpose, so that one more draw here changes nothing
/// there.
class dice {
 public:
  dice(std::uint64_t seed, std::string_view purpose)
      : seed_(supervision::seed_for(seed, purpose)) {}

  std::uint64_t next() noexcept { return mix(seed_, ++drawn_); }

  /// 0 ... n - 1; 0 for n = 0. The bias of at most n / 2^64 is of no account here.
  std::size_t below(std::size_t n) noexcept { return n == 0 ? 0 : next() % n; }

  /// 0 <= u < 1.
  double unit() noexcept { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

  bool chance(double probability) noexcept { return unit() < probability; }

  /// Between two times, both possible.
  duration between(duration least, duration most) noexcept {
    if (most <= least) return least;
    return least + duration{static_cast<duration::rep>(
                       below(static_cast<std::size_t>((most - least).count()) + 1))};
  }

  /// Exponentially distributed: the distance of events that do not know of each other.
  duration exponential(duration mean) noexcept {
    return duration{
        static_cast<duration::rep>(-std::log1p(-unit()) * static_cast<double>(mean.count()))};
  }

 private:
  std::uint64_t seed_;
  std::uint64_t drawn_ = 0;
};

}  // namespace troupe::chaos
