#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string_view>

#include "messages/ids.hpp"

namespace troupe::bench {

/// How the rate of an open loop moves.
///
///   constant  the rate
///   ramp-up   from a tenth of the rate to all of it, evenly
///   spike     the rate, ten times the rate in the middle third, the rate
///   wave      the rate, half more and half less in turn, a sine of 10 s
enum class load_pattern : std::uint8_t { constant, ramp_up, spike, wave };

[[nodiscard]] std::optional<load_pattern> pattern_named(std::string_view name) noexcept;
[[nodiscard]] std::string_view to_string(load_pattern pattern) noexcept;

/// Requests a second at this time.
[[nodiscard]] double rate_at(load_pattern pattern, double rate, duration at,
                             duration lasts) noexcept;

/// The intended times of requests, since the start: a Poisson process of the pattern's rate, drawn
/// from a seed. They do not depend on answers (open loop).
class arrivals {
 public:
  arrivals(load_pattern pattern, double rate, duration lasts, std::uint64_t seed)
      : pattern_(pattern), rate_(rate), lasts_(lasts), luck_(seed) {}

  /// The next one; nothing after the end.
  [[nodiscard]] std::optional<duration> next();

 private:
  load_pattern pattern_;
  double rate_;
  duration lasts_;
  duration at_{0};
  std::mt19937_64 luck_;
};

}  // namespace troupe::bench
