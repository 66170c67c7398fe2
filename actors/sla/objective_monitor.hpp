#pragma once

#include <deque>
#include <optional>

#include "actors/resilience/forward_time.hpp"
#include "actors/sla/budget_forecast.hpp"
#include "actors/sla/burn_rate.hpp"
#include "actors/sla/error_level.hpp"
#include "actors/sla/indicator.hpp"
#include "messages/objective_status.hpp"

namespace troupe {

/// Judges one objective from samples of its metric. Pure.
///
///   ok --burns fast, or exhaustion is likely--> at_risk --budget exhausted--> violated
///    ^------ a minute without either ------------------^                          |
///    +------------- old errors have left the window: at_risk or ok <--------------+
///
/// Bounded: a ring of slices for the window (100 KiB for 24 h), 32 violations. Clocks may jump:
/// back, time stands still and goes on; ahead, the jump is a stretch without events.
class objective_monitor {
 public:
  static constexpr duration silence = std::chrono::minutes(1);
  static constexpr duration calm = std::chrono::minutes(1);
  static constexpr duration forecast_period = std::chrono::seconds(30);
  static constexpr std::size_t violations_kept = 32;
  static constexpr std::size_t stretches = 144;

  explicit objective_monitor(const objective& what);

  /// What the metric shows now; nothing: there is no such metric. Whether a slice ended, that is,
  /// whether there is anything new to tell.
  bool sample(const std::optional<metric_sample>& shown, time_point reading);

  [[nodiscard]] objective_state state() const noexcept { return state_; }
  /// All of it, with the history for plots.
  [[nodiscard]] objective_status status() const;

 private:
  void add(const indicator::slice& done, time_point now);
  void judge(time_point now);
  void end_or_widen_violation(bool exhausted, time_point now);
  [[nodiscard]] double worst_in_window() const;
  void write_history(objective_status& into) const;

  objective what_;
  burn_windows page_;
  burn_windows ticket_;
  forward_time clock_;
  indicator indicator_;
  slice_window seen_;
  error_level level_;
  budget_forecast forecast_;
  std::optional<time_point> forecast_at_;
  objective_state state_ = objective_state::ok;
  time_point now_;
  time_point risky_at_;  // the last moment with a reason to worry
  std::optional<time_point> begun_;
  std::optional<time_point> heard_;  // the last usable sample
  std::optional<double> value_;
  std::uint64_t used_ = 0;
  std::uint64_t missing_ = 0;
  std::uint64_t unusable_ = 0;
  std::deque<objective_violation> violations_;
  std::uint64_t violations_total_ = 0;
};

}  // namespace troupe
