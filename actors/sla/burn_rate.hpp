#pragma once

#include <string>

#include "actors/sla/slice_window.hpp"
#include "messages/objective.hpp"

namespace troupe {

/// Two windows that both must burn faster than `factor`: the long one says that it matters, the
/// short one that it still goes on (Google SRE Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate
/// Alerts").
struct burn_windows {
  duration long_window;
  duration short_window;
  double factor;

  friend bool operator==(const burn_windows&, const burn_windows&) = default;
};

/// The workbook's windows for 30 days, rescaled to the objective's: page 1 h and 5 min become
/// window/720 and window/8640 (2 min and 10 s of 24 h), ticket 6 h and 30 min window/120 and
/// window/1440 (12 min and 1 min). Rounded up to whole slices, at least 1 min and 10 s: shorter
/// ones would be single samples. Factors stay: at 14.4 the page window uses 2 % of the budget, at 6
/// the ticket window 5 %, as there.
[[nodiscard]] burn_windows page_windows(const objective& what);
[[nodiscard]] burn_windows ticket_windows(const objective& what);

/// Why these windows could never fire in time, or nothing. The burn rate is at most 1 / (1 -
/// target), with every event bad; and a factor that uses up more than the whole budget within its
/// long window would speak only after the budget is gone.
[[nodiscard]] std::string why_never(const burn_windows& windows, const objective& what);

struct burn_reading {
  double long_rate = 0;  // 1 uses up the budget in exactly the objective's window
  double short_rate = 0;
  bool fires = false;

  friend bool operator==(const burn_reading&, const burn_reading&) = default;
};

/// An empty window burns nothing.
[[nodiscard]] burn_reading read_burn(const slice_window& seen, const burn_windows& windows,
                                     double target);

}  // namespace troupe
