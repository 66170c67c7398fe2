#include "bench/forecast/forecast_study.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace troupe::bench {

namespace {

constexpr std::size_t first_forecast = 60;  // slices: 10 minutes after the start
constexpr double slices_an_hour = 360;

double hours(std::size_t slices) { return static_cast<double>(slices) / slices_an_hour; }

bool is_open(const forecast_point& told) { return std::isinf(told.when.p90); }

double later_by(double at, const std::optional<duration>& wait) {
  if (!wait) return std::numeric_limits<double>::infinity();
  return at + std::chrono::duration<double, std::ratio<3600>>(*wait).count();
}

}  // namespace

case_result play(family kind, std::uint64_t seed, std::size_t every,
                 std::vector<forecast_point>* all) {
  case_result out{kind, seed, {}, {}, {}};
  std::mt19937_64 pick(seed);
  std::size_t warnings = 0;
  slice_window seen(slice_window::longest);
  error_level level(1 - process_target);
  const auto process = make_process(kind, seed);
  for (std::size_t i = 0; i < process.size(); ++i) {
    seen.add(static_cast<std::int64_t>(i), process[i]);
    level.add(process[i]);
    if (i < first_forecast) continue;
    const auto budget = budget_of(seen, process_target);
    if (budget.exhausted()) {
      out.exhausted_at = hours(i + 1);
      break;
    }
    if (i % every != 0) continue;
    const auto told = forecast(seen, level, process_target);
    const double at = hours(i + 1);
    const forecast_point point{
        at,
        budget.spent_share(),
        told.probability,
        {later_by(at, told.p10), later_by(at, told.p50), later_by(at, told.p90)}};
    if (all != nullptr) all->push_back(point);
    if (told.probability < exhaustion_likely) continue;
    if (!out.warning) out.warning = point;
    // Reservoir sampling: each forecast that warns is as likely to be kept.
    if (pick() % ++warnings == 0) out.later = point;
  }
  return out;
}

void study_row::add(const case_result& one) {
  ++cases;
  if (one.exhausted_at) ++exhausted;
  if (one.came_true(one.warning)) {
    ++warned;
    held += one.held(one.warning) ? 1U : 0U;
    lead_hours.push_back(*one.exhausted_at - one.warning->at);
    if (is_open(*one.warning)) ++open_ended;
  } else if (one.warning && one.warning->at <= 48) {
    ++false_alarms;  // later warnings have no whole window left to come true in
  }
  if (one.came_true(one.later)) {
    ++later_true;
    later_held += one.held(one.later) ? 1U : 0U;
    if (is_open(*one.later)) ++later_open;
  }
}

double study_row::median_lead() const {
  if (lead_hours.empty()) return 0;
  auto sorted = lead_hours;
  std::ranges::sort(sorted);
  return sorted[sorted.size() / 2];
}

}  // namespace troupe::bench
