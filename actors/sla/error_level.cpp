#include "actors/sla/error_level.hpp"

#include <algorithm>
#include <cmath>

namespace troupe {

namespace {

// Slices of 10 s: 1, 5 and 30 minutes, 3 and 24 hours.
constexpr std::array<double, error_level::memories> memory{6, 30, 180, 1080, 8640};
constexpr double prior_shape = 0.5;        // Jeffreys' for a Poisson rate
constexpr double score_memory = 60;        // slices over which the memories compete: 10 minutes
constexpr double dispersion_memory = 360;  // slices: an hour
constexpr double least_weight = 0.1;       // of the best: no memory is ever out of the race
constexpr double score_tempering = 0.2;    // slices of one burst are not independent witnesses

// std::lgamma writes a global; several monitors run at once.
double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

// log of the negative binomial probability of `bad`, for a Gamma level of `shape` and `exposure`.
double log_predictive(double bad, double events, double shape, double exposure) {
  const double p = exposure / (exposure + events);
  return log_gamma(shape + bad) - log_gamma(shape) - log_gamma(bad + 1) + shape * std::log(p) +
         bad * std::log1p(-p);
}

}  // namespace

error_level::error_level(double expected) : expected_(expected) {
  for (auto& one : models_) one = {prior_shape, prior_shape / expected_};
}

void error_level::add(slice_counts seen) noexcept {
  const auto bad = static_cast<double>(seen.bad) / dispersion_;
  const auto events = static_cast<double>(seen.all()) / dispersion_;
  // The longest memory is what the shorter ones fall back to while they know nothing.
  const auto& longest = models_.back();
  const double usual = std::max(longest.shape / longest.exposure, 1e-12);
  if (events > 0) {
    // The residual is judged by the middle memory: short ones explain bursts away.
    const auto& judge = models_[2];
    const double mean = judge.shape / judge.exposure * events;
    const double spread = mean + mean * mean / judge.shape;
    const double residual = (bad - mean) * (bad - mean) / std::max(spread, 1e-9) * dispersion_;
    dispersion_ += (std::min(residual, 100.0) - dispersion_) / dispersion_memory;
    dispersion_ = std::max(dispersion_, 1.0);
    double best = -1e300;
    for (auto& one : models_) {
      one.score =
          one.score * (1 - 1 / score_memory) + log_predictive(bad, events, one.shape, one.exposure);
      best = std::max(best, one.score);
    }
    for (auto& one : models_) one.score -= best;
  }
  for (std::size_t i = 0; i < memories; ++i) {
    auto& one = models_[i];
    const double kept = 1 - 1 / memory[i];
    const double prior_mean = i + 1 == memories ? expected_ : usual;
    one.shape = kept * one.shape + (1 - kept) * prior_shape + bad;
    one.exposure = kept * one.exposure + (1 - kept) * prior_shape / prior_mean + events;
  }
}

std::array<error_level::view, error_level::memories> error_level::views() const noexcept {
  std::array<view, memories> out;
  double sum = 0;
  for (std::size_t i = 0; i < memories; ++i) {
    const auto& one = models_[i];
    const double weight = std::max(std::exp(score_tempering * one.score), least_weight);
    out[i] = {weight, memory[i], one.shape, one.shape / one.exposure};
    sum += weight;
  }
  for (auto& one : out) one.weight /= sum;
  return out;
}

}  // namespace troupe
