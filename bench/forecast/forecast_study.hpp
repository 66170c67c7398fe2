#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "actors/sla/budget_forecast.hpp"
#include "bench/forecast/error_process.hpp"

namespace troupe::bench {

/// Hours; infinity: later than one window.
struct band {
  double p10 = std::numeric_limits<double>::infinity();
  double p50 = std::numeric_limits<double>::infinity();
  double p90 = std::numeric_limits<double>::infinity();
};

/// One forecast of one process: both in hours since its start.
struct forecast_point {
  double at = 0;
  double spent = 0;  // share of the budget
  double probability = 0;
  band when;  // hours since the start
};

/// What became of one process.
struct case_result {
  family kind = family::constant;
  std::uint64_t seed = 0;
  std::optional<double> exhausted_at;     // hours; the first time
  std::optional<forecast_point> warning;  // the first with probability >= 1/2
  std::optional<forecast_point> later;    // one more, drawn from those with probability >= 1/2

  /// It happened within one window of that forecast.
  [[nodiscard]] bool came_true(const std::optional<forecast_point>& told) const {
    return told && exhausted_at && *exhausted_at <= told->at + 24;
  }
  [[nodiscard]] bool held(const std::optional<forecast_point>& told) const {
    return came_true(told) && told->when.p10 <= *exhausted_at && *exhausted_at <= told->when.p90;
  }
};

/// Plays the process against the cores as a monitor does, with a forecast every `every` slices
/// until it is exhausted. `all`, where given, takes every forecast.
[[nodiscard]] case_result play(family kind, std::uint64_t seed, std::size_t every,
                               std::vector<forecast_point>* all = nullptr);

struct study_row {
  std::size_t cases = 0;
  std::size_t exhausted = 0;
  std::size_t warned = 0;      // before it happened, of `exhausted`, within one window
  std::size_t held = 0;        // of `warned`: by the band of the first warning
  std::size_t later_true = 0;  // forecasts at a drawn moment that came true
  std::size_t later_held = 0;
  std::size_t later_open = 0;    // of `later_true`
  std::size_t open_ended = 0;    // of `warned`: the band has no upper end
  std::size_t false_alarms = 0;  // warned, and not exhausted within one window
  std::vector<double> lead_hours;

  void add(const case_result& one);
  [[nodiscard]] double median_lead() const;
};

}  // namespace troupe::bench
