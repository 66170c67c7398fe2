#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <string_view>
#include <vector>

#include "actors/sla/slice_window.hpp"

namespace troupe::bench {

/// How the share of bad events of a simulated service goes over time.
enum class family : std::uint8_t {
  constant,
  ramp,
  bursts,
  periodic,
  step,
  recovering,
  // Never looked at while the forecast was tuned:
  random_walk,  // the logarithm of the share wanders
  stairs,       // a new level every few hours
  sawtooth,     // a leak: grows until a restart, again and again
};

[[nodiscard]] std::string_view to_string(family kind) noexcept;

inline constexpr std::array required_families{family::constant, family::ramp, family::bursts,
                                              family::periodic, family::step, family::recovering};
inline constexpr std::array strange_families{family::random_walk, family::stairs, family::sawtooth};

inline constexpr double process_target = 0.999;

/// 72 h in slices of 10 s: about 1 000 events a slice, their number with a daily swell; bad ones
/// overdispersed by a factor drawn from 1 to 6.
[[nodiscard]] std::vector<slice_counts> make_process(family kind, std::uint64_t seed);

}  // namespace troupe::bench
