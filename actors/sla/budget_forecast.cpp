#include "actors/sla/budget_forecast.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace troupe {

namespace {

constexpr std::size_t moments = 160;
// What the level may do next: stay, go on to change as it did, or fall back to the usual. Tuned on
// seeds 1 to 40 of six families of bench/forecast; docs/sla.md says what came of it on others.
constexpr double trending = 0.3;  // shares of each memory's weight
constexpr double ending = 0.3;
constexpr double ending_memories = 4;  // how long a fall back takes, in lengths of the memory
constexpr double widening = 3;  // of the levels' variance: the memories are not all that there is

/// What will have left the window after `h` more slices, cumulated over the slices by age.
class roll_off {
 public:
  explicit roll_off(const slice_window& seen) : size_(seen.slices()) {
    bad_.reserve(seen.covered() + 1);
    bad_.push_back(0);
    all_.push_back(0);
    for (std::size_t age = seen.covered(); age-- > 0;) {
      bad_.push_back(bad_.back() + seen.at(age).bad);
      all_.push_back(all_.back() + static_cast<double>(seen.at(age).all()));
    }
  }

  [[nodiscard]] double bad(double h) const { return read(bad_, h); }
  [[nodiscard]] double all(double h) const { return read(all_, h); }

 private:
  // The oldest slice leaves when the window is full and one more comes.
  [[nodiscard]] double read(const std::vector<double>& sums, double h) const {
    const double gone = h - static_cast<double>(size_ - (sums.size() - 1));
    if (gone <= 0) return 0;
    return sums[std::min(static_cast<std::size_t>(gone), sums.size() - 1)];
  }

  std::size_t size_;
  std::vector<double> bad_;
  std::vector<double> all_;
};

/// Bad events to come in `h` slices, of those that are bad now at `level` a slice: the level stays,
/// or goes on to change by `slope` a slice, ever less (a damped trend, Gardner and McKenzie 1985).
double to_come(double level, double slope, double damping, double h) {
  const double changed = slope * damping * (h - damping * (1 - std::exp(-h / damping)));
  return std::max(level * h + changed, 0.05 * level * h);
}

/// The same when the level falls back to the usual one, exponentially.
double to_end(double level, double usual, double lasts, double h) {
  return usual * h + (level - usual) * lasts * (1 - std::exp(-h / lasts));
}

/// Slices until moment `i`.
double moment(std::size_t i, double size) {
  return std::pow(size, static_cast<double>(i) / moments);
}

duration quantile(const std::array<double, moments + 1>& exhausted_by, double q, double size) {
  const double p = q * exhausted_by.back();
  const auto at =
      static_cast<std::size_t>(std::ranges::lower_bound(exhausted_by, p) - exhausted_by.begin());
  const double low = at == 0 ? 0 : moment(at - 1, size);
  const double below = at == 0 ? 0 : exhausted_by[at - 1];
  const double part = (p - below) / std::max(exhausted_by[at] - below, 1e-12);
  const double h = low + std::min(part, 1.0) * (moment(at, size) - low);
  return duration(
      static_cast<duration::rep>(h * static_cast<double>(slice_window::resolution.count())));
}

/// P(Gamma with `shape` and `mean` > x), by Wilson and Hilferty's cube root (1931): good to 0.01
/// where it matters here.
double gamma_above(double x, double shape, double mean) {
  if (x <= 0) return 1;
  if (mean <= 0) return 0;
  const double part = 1 / (9 * shape);
  const double z = (std::cbrt(x / mean) - (1 - part)) / std::sqrt(part);
  return 0.5 * std::erfc(z * M_SQRT1_2);
}

/// The mixture of what the memories expect.
class outlook {
 public:
  outlook(const error_level& level, double events)
      : views_(level.views()), wild_(level.dispersion()), events_(events) {}

  /// P(more than `room` bad events in the next `h` slices).
  [[nodiscard]] double exceeds(double room, double h) const {
    if (room >= events_ * h) return 0;  // not every event can be worse than bad
    double p = 0;
    for (std::size_t i = 0; i < views_.size(); ++i) p += views_[i].weight * exceeds(i, room, h);
    return p;
  }

 private:
  [[nodiscard]] double exceeds(std::size_t i, double room, double h) const {
    const auto& one = views_[i];
    const double drift = widening * (1 + h / (3 * one.memory));
    const auto above = [&](double mean) {
      const double relative = drift / one.shape + wild_ / std::max(mean, 1e-9);
      return gamma_above(room, 1 / relative, mean);
    };
    const double level = one.mean * events_;
    if (i + 1 == views_.size()) return above(level * h);
    const auto& slower = views_[i + 1];
    const double slope = (one.mean - slower.mean) * events_ / (slower.memory - one.memory);
    const double usual = views_.back().mean * events_;
    return (1 - trending - ending) * above(level * h) +
           trending * above(to_come(level, slope, slower.memory, h)) +
           ending * above(to_end(level, usual, ending_memories * one.memory, h));
  }

  std::array<error_level::view, error_level::memories> views_;
  double wild_;
  double events_;  // a slice
};

}  // namespace

budget_state budget_of(const slice_window& seen, double target) {
  if (seen.covered() == 0) return {};
  const auto full = static_cast<double>(seen.slices()) / static_cast<double>(seen.covered());
  return {(1 - target) * static_cast<double>(seen.total().all()) * full,
          static_cast<double>(seen.total().bad)};
}

budget_forecast forecast(const slice_window& seen, const error_level& level, double target) {
  const auto now = budget_of(seen, target);
  if (now.allowed <= 0 || now.spent <= 0) return {};  // nothing to foretell from
  if (now.exhausted()) return {1, duration{0}, duration{0}, duration{0}};
  const roll_off leaving(seen);
  const double events =
      static_cast<double>(seen.total().all()) / static_cast<double>(seen.covered());
  const outlook ahead(level, events);
  const bool full = seen.covered() == seen.slices();

  std::array<double, moments + 1> exhausted_by;  // P(exhausted by then)
  const auto size = static_cast<double>(seen.slices());
  double before = 0;
  for (std::size_t i = 0; i <= moments; ++i) {
    const double h = moment(i, size);
    const double more = full ? (1 - target) * (events * h - leaving.all(h)) : 0;
    const double room = now.allowed + more - (now.spent - leaving.bad(h));
    before = exhausted_by[i] = std::max(ahead.exceeds(room, h), before);
  }
  budget_forecast out;
  out.probability = before;
  if (out.probability < exhaustion_possible) return out;
  out.p10 = quantile(exhausted_by, 0.1, size);
  out.p50 = quantile(exhausted_by, 0.5, size);
  out.p90 = quantile(exhausted_by, 0.9, size);
  return out;
}

}  // namespace troupe
