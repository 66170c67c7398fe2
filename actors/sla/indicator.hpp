#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "actors/sla/slice_window.hpp"
#include "messages/objective_status.hpp"

namespace troupe {

/// Makes slices of good and bad events (the SLI) from samples of a metric. Pure; `now` never goes
/// back.
///
/// Counters may be reset: a total below the one before counts from zero, as in Prometheus. The
/// first sample of a counter is only where counting begins. A rate needs samples at most a minute
/// apart: a longer silence (or a jump of the clock) has no rate.
class indicator {
 public:
  static constexpr duration longest_interval = std::chrono::minutes(1);

  struct slice {
    std::int64_t number = 0;
    slice_counts counts;
    std::optional<double> value;
  };

  explicit indicator(const objective& what) : what_(what) {}

  /// Whether every number of the sample is one.
  [[nodiscard]] static bool is_usable(const metric_sample& sample) noexcept;

  /// Takes a usable sample; the slice before, when this one begins another.
  [[nodiscard]] std::optional<slice> take(const metric_sample& sample, time_point now);

  /// Ends the slice that is open, when `now` is past it, without a sample.
  [[nodiscard]] std::optional<slice> pass(time_point now);

 private:
  struct open_slice {
    std::int64_t number = 0;
    std::optional<double> worst;  // of a gauge or summary
    double value = 0;             // increases
    double of = 0;
    double bad = 0;
    double seconds = 0;
    std::vector<double> cumulative;
  };

  void add(const metric_sample& sample, time_point now);
  void add_increase(const metric_sample& sample, double seconds);
  void add_observations(const metric_sample& sample);
  [[nodiscard]] slice close() const;
  [[nodiscard]] std::optional<double> value_of_slice() const;
  [[nodiscard]] std::optional<double> quantile_of_slice() const;
  [[nodiscard]] slice_counts shares() const;
  [[nodiscard]] bool is_sampled() const noexcept;

  objective what_;
  std::optional<metric_sample> before_;
  time_point before_at_;
  double most_bad_ = 0;  // of - value, the highest seen: see add_increase
  std::optional<open_slice> open_;
};

}  // namespace troupe
