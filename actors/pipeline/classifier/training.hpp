#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "actors/pipeline/classifier/classifier.hpp"
#include "actors/pipeline/classifier/labelled_flow.hpp"
#include "messages/errc.hpp"

namespace troupe {

struct training_options {
  std::uint64_t seed = 1;
  std::string name = "classifier 1";  // name and version, as verdicts show it
  std::size_t folds = 5;              // of the cross-validation that the confidence learns from
  std::size_t left_out_groups = 6;    // of labels, to learn what foreign traffic looks like
  double threshold = 0.6;             // see classifier_model
  double early_threshold = 0.95;
};

/// A flow judged by members that were not trained on it, after each stage.
struct trial {
  struct stage {
    calibration_example example;
    std::string best;  // label
    std::uint32_t segments = 0;
    std::uint32_t packets = 0;  // number of the last packet looked at
  };

  std::uint32_t flow = 0;
  std::size_t fold = 0;
  std::vector<stage> stages;  // none when the flow has no payload
};

/// Trains on each fold's training flows and judges its test flows. `features` are those of `flows`.
[[nodiscard]] std::vector<trial> run_trials(std::span<const labelled_flow> flows,
                                            std::span<const kept_features> features,
                                            std::span<const fold> folds);

/// Trains the members on some of the flows.
[[nodiscard]] member_models train_members(std::span<const labelled_flow> flows,
                                          std::span<const kept_features> features,
                                          std::span<const std::uint32_t> training);

/// The whole training: members on all flows, confidence on cross-validation and labels left out.
/// The same flows in the same order and the same options give the same model, bit for bit.
[[nodiscard]] std::variant<classifier_model, failure> train_classifier(
    std::span<const labelled_flow> flows, const training_options& options);

}  // namespace troupe
