#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "messages/objective.hpp"

namespace troupe {

/// What an objective's metric shows at one moment, all series of the selector added up.
struct metric_sample {
  double value = 0;  // gauge; a counter's total; a summary's quantile (of several series the
                     // greatest)
  double of = 0;     // total of the denominator
  // A histogram's upper bounds, ascending, without infinity, and how many observations were at or
  // below each; one more for all.
  std::vector<double> bounds = {};
  std::vector<double> cumulative = {};

  friend bool operator==(const metric_sample&, const metric_sample&) = default;
};

enum class objective_state : std::uint8_t {
  ok,
  at_risk,   // burns too fast, or is foretold to be exhausted within its window
  violated,  // the error budget is exhausted
};

[[nodiscard]] constexpr std::string_view to_string(objective_state state) noexcept {
  switch (state) {
    case objective_state::ok: return "ok";
    case objective_state::at_risk: return "at_risk";
    case objective_state::violated: return "violated";
  }
  return "unknown";
}

/// A time in which the budget was exhausted.
struct objective_violation {
  time_point begin;
  std::optional<time_point> end;  // nothing: it lasts
  double worst = 0;               // the indicator's value that was furthest from the threshold

  friend bool operator==(const objective_violation&, const objective_violation&) = default;
};

/// One stretch of the window, for plots.
struct objective_stretch {
  duration age{0};  // of its end, before the status was made
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
  std::optional<double> worst;  // the indicator's worst value in it
};

/// How an objective stands.
struct objective_status {
  objective what;
  objective_state state = objective_state::ok;
  time_point when;              // the local clock
  bool silent = false;          // no usable sample for a minute: nothing is known
  std::optional<double> value;  // the indicator's, in the newest slice that had one

  std::uint64_t good = 0;  // events, or slices of 10 s, in the window
  std::uint64_t bad = 0;
  duration covered{0};  // how much of the window is known
  double spent = 0;     // share of the error budget, 1 and more: exhausted

  double page_long = 0;  // burn rates
  double page_short = 0;
  bool pages = false;
  double ticket_long = 0;
  double ticket_short = 0;
  bool tickets = false;

  double exhaustion_probability = 0;  // within one window
  std::optional<duration> exhausted_p10;
  std::optional<duration> exhausted_p50;
  std::optional<duration> exhausted_p90;

  std::uint64_t samples = 0;   // used
  std::uint64_t missing = 0;   // there was no such metric
  std::uint64_t unusable = 0;  // not a number, or infinite

  std::vector<objective_violation> violations;  // the newest 32, oldest first
  std::uint64_t violations_total = 0;
  std::vector<objective_stretch> history;  // at most 144 stretches, oldest first

  /// Share of good events; 1 without events.
  [[nodiscard]] double compliance() const noexcept {
    const auto all = good + bad;
    return all == 0 ? 1 : static_cast<double>(good) / static_cast<double>(all);
  }
};

using objective_status_ptr = std::shared_ptr<const objective_status>;

}  // namespace troupe
