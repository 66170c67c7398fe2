#include "bench/load/arrivals.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace troupe::bench {

namespace {

constexpr std::array<std::pair<std::string_view, load_pattern>, 4> names{
    {{"constant", load_pattern::constant},
     {"ramp-up", load_pattern::ramp_up},
     {"spike", load_pattern::spike},
     {"wave", load_pattern::wave}}};

constexpr double spike_factor = 10;
constexpr double wave_seconds = 10;

}  // namespace

std::optional<load_pattern> pattern_named(std::string_view name) noexcept {
  for (const auto& [known, pattern] : names) {
    if (known == name) return pattern;
  }
  return std::nullopt;
}

std::string_view to_string(load_pattern pattern) noexcept {
  for (const auto& [name, known] : names) {
    if (known == pattern) return name;
  }
  return "unknown";
}

double rate_at(load_pattern pattern, double rate, duration at, duration lasts) noexcept {
  const auto seconds = std::chrono::duration<double>(at).count();
  const auto share = seconds / std::chrono::duration<double>(lasts).count();
  switch (pattern) {
    case load_pattern::constant: return rate;
    case load_pattern::ramp_up: return rate * (0.1 + 0.9 * share);
    case load_pattern::spike:
      return share >= 1.0 / 3 && share < 2.0 / 3 ? rate * spike_factor : rate;
    case load_pattern::wave:
      return rate * (1 + 0.5 * std::sin(2 * std::numbers::pi * seconds / wave_seconds));
  }
  return rate;
}

// Thinning (Lewis and Shedler 1979): candidates at the highest rate, kept with the share of now's.
std::optional<duration> arrivals::next() {
  const double highest = pattern_ == load_pattern::spike  ? rate_ * spike_factor
                         : pattern_ == load_pattern::wave ? rate_ * 1.5
                                                          : rate_;
  std::exponential_distribution<double> gap(highest);
  std::uniform_real_distribution<double> keep(0, highest);
  while (true) {
    at_ += duration{static_cast<duration::rep>(gap(luck_) * 1e9)};
    if (at_ >= lasts_) return std::nullopt;
    if (keep(luck_) < rate_at(pattern_, rate_, at_, lasts_)) return at_;
  }
}

}  // namespace troupe::bench
