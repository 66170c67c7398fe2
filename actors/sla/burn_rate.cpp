#include "actors/sla/burn_rate.hpp"

#include <algorithm>
#include <cstdio>

namespace troupe {

namespace {

constexpr duration least_long = std::chrono::minutes(1);

duration whole_slices(duration window) {
  const auto slice = slice_window::resolution;
  return std::max<duration>(slice, (window + slice - duration{1}) / slice * slice);
}

burn_windows rescaled(const objective& what, int long_part, int short_part, double factor) {
  return {std::max(least_long, whole_slices(what.window / long_part)),
          whole_slices(what.window / short_part), factor};
}

std::size_t slices_in(duration window) {
  return static_cast<std::size_t>(window / slice_window::resolution);
}

std::string two_digits(double value) {
  char buffer[32];
  const int size = std::snprintf(buffer, sizeof buffer, "%.4g", value);
  return {buffer, static_cast<std::size_t>(size)};
}

}  // namespace

burn_windows page_windows(const objective& what) {
  return rescaled(what, 720, 8640, what.page_factor);
}

burn_windows ticket_windows(const objective& what) {
  return rescaled(what, 120, 1440, what.ticket_factor);
}

std::string why_never(const burn_windows& windows, const objective& what) {
  const double most = 1 / (1 - what.target);
  std::string why;
  if (windows.factor >= most * (1 - 1e-9)) {
    why = "a burn rate above " + two_digits(windows.factor);
    why += " never comes: with target " + two_digits(what.target);
    why += " it is at most " + two_digits(most);
    why += ", when every event is bad; set a smaller factor";
    return why;
  }
  const auto share =
      static_cast<double>(windows.long_window.count()) / static_cast<double>(what.window.count());
  if (windows.factor * share > 1) {
    why = "the budget is gone before " + two_digits(windows.factor);
    why += " fires: its long window is " + two_digits(100 * share);
    why += " % of the objective's; set a factor of at most " + two_digits(1 / share);
    why += ", or a longer window";
  }
  return why;
}

burn_reading read_burn(const slice_window& seen, const burn_windows& windows, double target) {
  const double budget = 1 - target;
  burn_reading out;
  out.long_rate = seen.last(slices_in(windows.long_window)).bad_share() / budget;
  out.short_rate = seen.last(slices_in(windows.short_window)).bad_share() / budget;
  out.fires = out.long_rate > windows.factor && out.short_rate > windows.factor;
  return out;
}

}  // namespace troupe
