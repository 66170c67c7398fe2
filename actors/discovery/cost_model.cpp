#include "actors/discovery/cost_model.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace troupe {

namespace {

struct constants {  // nanoseconds
  double fixed;
  double per_message;
  double per_byte;
  double per_flow;
};

constexpr constants cost_of(stage which) {
  switch (which) {
    case stage::statistics: return {5'000, 300, 8, 0};
    case stage::grammar: return {300'000, 20'000, 100, 0};
    case stage::parser: return {5'000, 1'000, 5, 0};
    case stage::classifier: return {5'000, 0, 0, 40'000};
    case stage::validator: return {5'000, 1'500, 10, 0};
  }
  return {0, 0, 0, 0};
}

// What a mode saves against ACCURATE; only inference and classification do less work.
constexpr double share_of(stage which, quality_mode mode) {
  if (which != stage::grammar) return 1;
  switch (mode) {
    case quality_mode::fast: return 0.25;
    case quality_mode::balanced: return 0.5;
    case quality_mode::accurate: return 1;
  }
  return 1;
}

constexpr double learning_weight = 1.0 / 8;
constexpr double most_correction = 6;   // log2
constexpr double most_deviation = 1.5;  // log2; the first observations are far from the constants
constexpr double normal_p95 = 1.645;

duration nanoseconds(double value) { return duration(static_cast<duration::rep>(value)); }

double baseline(stage which, quality_mode mode, const work_size& size) {
  const auto cost = cost_of(which);
  return share_of(which, mode) *
         (cost.fixed + cost.per_message * static_cast<double>(size.messages) +
          cost.per_byte * static_cast<double>(size.bytes) +
          cost.per_flow * static_cast<double>(size.flows));
}

}  // namespace

std::size_t cost_model::slot(stage which, quality_mode mode, const work_size& size) {
  const auto size_class = std::min<std::size_t>(
      static_cast<std::size_t>(std::bit_width(size.bytes)) / 2, size_classes - 1);
  return (static_cast<std::size_t>(which) * 3 + static_cast<std::size_t>(mode)) * size_classes +
         size_class;
}

duration cost_model::predict(stage which, quality_mode mode, const work_size& size) const {
  const auto& known = learnt_[slot(which, mode, size)];
  return nanoseconds(baseline(which, mode, size) * std::exp2(known.mean));
}

duration cost_model::predict_p95(stage which, quality_mode mode, const work_size& size) const {
  const auto& known = learnt_[slot(which, mode, size)];
  const auto log_factor = known.mean + normal_p95 * std::sqrt(known.variance);
  return nanoseconds(baseline(which, mode, size) * std::exp2(log_factor));
}

void cost_model::observe(stage which, quality_mode mode, const work_size& size, duration took) {
  const auto base = baseline(which, mode, size);
  if (took.count() <= 0 || base <= 0) return;
  auto& known = learnt_[slot(which, mode, size)];
  const auto away = std::log2(static_cast<double>(took.count()) / base) - known.mean;
  const auto step = learning_weight * away;
  known.mean = std::clamp(known.mean + step, -most_correction, most_correction);
  const auto spread = (1 - learning_weight) * (known.variance + step * away);
  known.variance = std::min(spread, most_deviation * most_deviation);
}

}  // namespace troupe
