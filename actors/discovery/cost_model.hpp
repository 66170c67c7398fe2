#pragma once

#include <array>
#include <cstdint>

#include "messages/findings.hpp"
#include "messages/ids.hpp"
#include "messages/work.hpp"

namespace troupe {

/// How large the input of a stage is, as far as its cost depends on it.
struct work_size {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  std::uint64_t flows = 0;
};

/// Predicts what a stage costs on an input, and learns from what it did cost.
///
/// prediction = correction(stage, mode, size class) * (fixed + per message + per byte + per flow).
/// The constants were measured by bench_stage_cost on a 2-core machine; the correction is an
/// exponentially weighted mean of the observed ratios (weight 1/8), kept within 1/64..64. Size
/// classes are powers of four of the bytes.
///
/// Durations of the same work are nearly log-normal, so the 95th percentile is 1.645 deviations
/// (exponentially weighted too: Finch 2009, section 9) of the logarithm above its mean.
class cost_model {
 public:
  /// What it costs typically: where it is to run, and how long a queue of it is.
  [[nodiscard]] duration predict(stage which, quality_mode mode, const work_size& size) const;
  /// What it costs at most in 95 of 100 cases: whether it fits a deadline.
  [[nodiscard]] duration predict_p95(stage which, quality_mode mode, const work_size& size) const;

  /// Ignores runs that took no time (a clock that stood still) and predictions of zero.
  void observe(stage which, quality_mode mode, const work_size& size, duration took);

 private:
  static constexpr std::size_t size_classes = 16;

  [[nodiscard]] static std::size_t slot(stage which, quality_mode mode, const work_size& size);

  // Of log2 of observed / baseline: symmetric for twice and half.
  struct learnt {
    double mean = 0;
    double variance = 0;
  };

  std::array<learnt, all_stages.size() * 3 * size_classes> learnt_{};
};

}  // namespace troupe
