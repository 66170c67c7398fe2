#include "bench/forecast/error_process.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace troupe::bench {

namespace {

constexpr std::size_t length = 3 * 8640;
constexpr double hour = 360;  // slices
constexpr double budget = 1 - process_target;

/// Draws with the distributions of a shape in mind; all in hours and multiples of the budget.
class dice {
 public:
  explicit dice(std::uint64_t seed) : random_(seed) {}

  double between(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }
  /// Equally likely in every octave.
  double spread(double low, double high) {
    return std::exp(between(std::log(low), std::log(high)));
  }
  double exponential(double mean) {
    return std::exponential_distribution<double>(1 / mean)(random_);
  }
  double normal() { return std::normal_distribution<double>()(random_); }
  std::uint32_t poisson(double mean) {
    return mean <= 0 ? 0 : std::poisson_distribution<std::uint32_t>(mean)(random_);
  }
  /// Mean `mean`, variance `wild` times that of a Poisson count.
  std::uint32_t counts(double mean, double wild) {
    if (mean <= 0) return 0;
    if (wild <= 1.01) return poisson(mean);
    return poisson(std::gamma_distribution<double>(mean / (wild - 1), wild - 1)(random_));
  }

 private:
  std::mt19937_64 random_;
};

using levels = std::vector<double>;  // per slice, in multiples of the budget

void fill(levels& of, double from_hour, double to_hour, const std::function<double(double)>& f) {
  const auto to = std::min<double>(length, to_hour * hour);
  for (auto i = static_cast<std::size_t>(std::max(0.0, from_hour * hour));
       static_cast<double>(i) < to; ++i) {
    of[i] = f(static_cast<double>(i) / hour - from_hour);
  }
}

levels draw_levels(family kind, dice& d) {
  levels out(length, d.between(0.02, 0.5));
  const double from = d.between(6, 26);
  switch (kind) {
    case family::constant: fill(out, 0, 72, [r = d.spread(0.3, 6)](double) { return r; }); break;
    case family::ramp: {
      const double base = out[0];
      const double top = d.spread(1, 8);
      const double takes = d.spread(2, 30);
      fill(out, from, 72, [=](double t) { return base + (top - base) * std::min(1.0, t / takes); });
      break;
    }
    case family::bursts: {
      const double gap = d.spread(1, 8);
      const double lasts = d.spread(0.05, 0.7);
      const double high = d.spread(4, 40);
      for (double at = d.exponential(gap); at < 72;) {
        const double end = at + d.exponential(lasts);
        fill(out, at, end, [r = high * d.spread(0.5, 2)](double) { return r; });
        at = end + d.exponential(gap);
      }
      break;
    }
    case family::periodic: {
      const double mean = d.spread(0.4, 3);
      const double swing = d.between(0.3, 1);
      const double period = d.spread(1, 24);
      const double phase = d.between(0, 2 * std::numbers::pi);
      fill(out, 0, 72, [=](double t) {
        return mean * (1 + swing * std::sin(phase + 2 * std::numbers::pi * t / period));
      });
      break;
    }
    case family::step: fill(out, from, 72, [r = d.spread(1, 25)](double) { return r; }); break;
    case family::recovering: {
      const double base = out[0];
      const double high = d.spread(3, 60);
      const double decay = d.spread(0.2, 8);
      fill(out, from, 72, [=](double t) { return base + high * std::exp(-t / decay); });
      break;
    }
    case family::random_walk: {
      const double per_hour = d.spread(0.1, 0.6);
      double log_level = std::log(d.spread(0.2, 1.2));
      for (auto& one : out) {
        log_level += d.normal() * per_hour / std::sqrt(hour) - 0.0002 * log_level;
        one = std::exp(log_level);
      }
      break;
    }
    case family::stairs:
      for (double at = 0; at < 72;) {
        const double end = at + d.exponential(6) + 0.5;
        fill(out, at, end, [r = d.spread(0.1, 6)](double) { return r; });
        at = end;
      }
      break;
    case family::sawtooth: {
      const double top = d.spread(1, 8);
      const double takes = d.spread(2, 16);
      fill(out, 0, 72, [=](double t) { return top * (t / takes - std::floor(t / takes)); });
      break;
    }
  }
  return out;
}

}  // namespace

std::string_view to_string(family kind) noexcept {
  switch (kind) {
    case family::constant: return "constant";
    case family::ramp: return "ramp";
    case family::bursts: return "bursts";
    case family::periodic: return "periodic";
    case family::step: return "step";
    case family::recovering: return "recovering";
    case family::random_walk: return "random walk";
    case family::stairs: return "stairs";
    case family::sawtooth: return "sawtooth";
  }
  return "unknown";
}

std::vector<slice_counts> make_process(family kind, std::uint64_t seed) {
  dice d(seed * 1'000'003 + static_cast<std::uint64_t>(kind));
  const auto level = draw_levels(kind, d);
  const double wild = d.between(1, 6);
  const double swell = d.between(0, 0.4);
  std::vector<slice_counts> out(length);
  for (std::size_t i = 0; i < length; ++i) {
    const double day = 2 * std::numbers::pi * static_cast<double>(i) / 8640;
    const auto events = d.poisson(1000 * (1 + swell * std::sin(day)));
    const auto bad =
        std::min(events, d.counts(static_cast<double>(events) * level[i] * budget, wild));
    out[i] = {events - bad, bad};
  }
  return out;
}

}  // namespace troupe::bench
