#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "actors/pipeline/classifier/members.hpp"

namespace troupe {

inline constexpr std::size_t score_input_count = 11;

/// What the confidence in the best label is computed from.
using score_inputs = std::array<double, score_input_count>;

[[nodiscard]] score_inputs inputs_of(const member_models& models, const member_scores& scores,
                                     std::size_t segments);

/// From scores to the probability that the best label is right: a logistic rejector (it learns from
/// known flows and from flows of labels that were left out of training), then Platt scaling on a
/// mixture of both.
class calibration {
 public:
  struct parameters {
    score_inputs mean{};    // of the inputs in training
    score_inputs weight{};  // of an input less its mean
    double bias = 0;
    double slope = 1;  // Platt scaling of the rejector's logit
    double offset = 0;

    friend bool operator==(const parameters&, const parameters&) = default;
  };

  calibration() = default;
  explicit calibration(const parameters& values) : values_(values) {}

  /// 0..1
  [[nodiscard]] double confidence(const score_inputs& inputs) const;
  [[nodiscard]] const parameters& values() const noexcept { return values_; }

 private:
  parameters values_;
};

/// One judgement of the members on a flow that they were not trained on.
struct calibration_example {
  score_inputs inputs{};
  bool right = false;    // the best label is the true one
  bool foreign = false;  // the true label was not in training: no answer can be right
  double weight = 1;
};

[[nodiscard]] calibration learn_calibration(std::span<const calibration_example> examples);

}  // namespace troupe
