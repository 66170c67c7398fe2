#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "actors/pipeline/classifier/vocabulary.hpp"
#include "actors/pipeline/classifier/vote_model.hpp"

namespace troupe {

/// One-against-the-rest ridge regression (targets +1 and -1) on the cosine kernel, summed over
/// feature groups. Kept as one row of label weights for each pattern, in 8 bits with a scale.
class ridge_model {
 public:
  ridge_model() = default;
  /// `weights` has `labels` values for each scale.
  ridge_model(std::size_t labels, std::vector<float> scales, std::vector<std::int8_t> weights);

  /// Adds `times` features of pattern `which`; `sums` has one place for each label. The caller
  /// divides a group's sums by the square root of the number of its features.
  void add(pattern_id which, std::uint32_t times, std::span<float> sums) const noexcept {
    const float scale = static_cast<float>(times) * scales_[which];
    const std::int8_t* row = weights_.data() + std::size_t{which} * labels_;
    float* to = sums.data();
    for (std::size_t i = 0; i < labels_; ++i) to[i] += scale * static_cast<float>(row[i]);
  }

  [[nodiscard]] std::size_t labels() const noexcept { return labels_; }
  [[nodiscard]] std::span<const float> scales() const noexcept { return scales_; }
  [[nodiscard]] std::span<const std::int8_t> weights() const noexcept { return weights_; }

 private:
  std::size_t labels_ = 0;
  std::vector<float> scales_;
  std::vector<std::int8_t> weights_;
};

[[nodiscard]] ridge_model learn_ridge(std::span<const learnt_pattern> patterns,
                                      std::span<const kept_features> features,
                                      std::span<const flow_origin> flows, std::size_t labels);

}  // namespace troupe
