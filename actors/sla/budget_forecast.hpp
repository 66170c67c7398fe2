#pragma once

#include <optional>

#include "actors/sla/error_level.hpp"

namespace troupe {

/// The error budget of a rolling window, now.
struct budget_state {
  double allowed = 0;  // bad events that the objective leaves to a full window at this traffic
  double spent = 0;    // bad events in the window

  /// More than is allowed; 0.1 of 60 is allowed to be 6, whatever a double makes of it.
  [[nodiscard]] bool exhausted() const noexcept { return spent > allowed * (1 + 1e-9); }
  /// 0 to 1 and beyond.
  [[nodiscard]] double spent_share() const noexcept { return allowed > 0 ? spent / allowed : 0; }
};

/// While the window is not yet full, its traffic is taken to go on as it is: the budget is that of
/// a whole window from the first slice on, so that one early error is no catastrophe.
[[nodiscard]] budget_state budget_of(const slice_window& seen, double target);

/// From this probability on it is a warning.
inline constexpr double exhaustion_likely = 0.5;

/// Below this probability there is no time to tell.
inline constexpr double exhaustion_possible = 0.05;

/// Whether the error budget will be exhausted within one window from now, and when, if it is: the
/// quantiles are those of the time in the cases where it happens.
struct budget_forecast {
  double probability = 0;
  std::optional<duration> p10;
  std::optional<duration> p50;
  std::optional<duration> p90;
};

/// Foretells the first time at which the window holds more bad events than it may. Errors that are
/// old by then have left the window; those to come are uncertain in their level (per memory a
/// Gamma), its drift (what a memory of M slices forgets in h slices, h / 3M on the average over h)
/// and their own dispersion. P(exhausted within h) is the mixture's probability that the errors to
/// come exceed what is free at some moment up to h: the time when a path of constant rank crosses.
/// Solved on 160 moments, spaced geometrically from one slice to one window. Pure, about 60 us.
[[nodiscard]] budget_forecast forecast(const slice_window& seen, const error_level& level,
                                       double target);

}  // namespace troupe
