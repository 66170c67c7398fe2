#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "actors/resilience/forward_time.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// Whether a node should be sent less for a while, from what it had to refuse. Pure: the caller
/// passes the time, which may jump.
///
///   at ease --share refused in the last `fall_after` >= `fall_share`--> overloaded
///   overloaded --share refused in the last `rise_after` <= `rise_share`, and so long ago--> at
///   ease
///
/// Two thresholds and two spans, so that it does not flap (a Schmitt trigger): once overloaded it
/// stays so for `rise_after` at least, and few requests prove nothing.
class overload_gate {
 public:
  struct options {
    double fall_share = 0.1;
    double rise_share = 0.01;
    duration fall_after = std::chrono::seconds(2);  // both up to 16 s
    duration rise_after = std::chrono::seconds(5);
    std::uint64_t least = 20;  // requests in `fall_after`; fewer are no overload
  };

  explicit overload_gate(options settings) : settings_(settings) {}

  void record(std::uint64_t served, std::uint64_t refused, time_point now);
  [[nodiscard]] bool overloaded(time_point now);

 private:
  struct slice {
    std::int64_t number = -1;
    std::uint64_t served = 0;
    std::uint64_t refused = 0;
  };
  static constexpr std::int64_t width = 250'000'000;  // ns

  [[nodiscard]] slice sum_since(duration span, std::int64_t newest) const;

  options settings_;
  forward_time time_;
  std::array<slice, 64> ring_{};
  bool overloaded_ = false;
  time_point since_;
};

}  // namespace troupe
