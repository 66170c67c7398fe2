#pragma once

#include <chrono>
#include <cstdint>

#include "messages/ids.hpp"

namespace troupe {

/// How many calls may be in flight before more of them only makes each slower. Pure.
///
///   gradient = clamp(tolerance * long / short, 0.5, 1)
///   limit    = clamp((1 - smoothing) * limit + smoothing * (gradient * limit + headroom), min,
///   max)
///
/// `short` is the mean duration over the last window, `long` its exponential average over many
/// (Netflix concurrency-limits, Gradient2Limit with WindowedLimit). As there, the limit does not
/// move while less than half of it is in use, and `long` falls faster after a time of slow calls.
class gradient_limit {
 public:
  struct options {
    double initial = 20;
    double min = 20;
    double max = 200;
    double tolerance = 1.5;
    double smoothing = 0.2;
    double headroom = 4;
    duration window = std::chrono::milliseconds(100);
    std::uint32_t window_calls = 10;  // a window has at least as many calls
    std::uint32_t long_windows = 600;
  };

  explicit gradient_limit(options settings);

  /// A call took this long, and `in_flight` were in flight with it. Times must not go back.
  void record(duration took, std::uint32_t in_flight, time_point now);

  [[nodiscard]] std::uint32_t limit() const noexcept;
  /// Mean over the last window; 0 before there was one.
  [[nodiscard]] duration typical() const noexcept;

 private:
  void close_window();
  void learn(double short_term);

  options settings_;
  double limit_;
  double short_ = 0;  // ns
  double long_ = 0;
  std::uint32_t windows_ = 0;
  time_point window_began_;
  double sum_ = 0;
  std::uint32_t calls_ = 0;
  std::uint32_t peak_ = 0;
};

}  // namespace troupe
