#pragma once

#include <span>
#include <string>
#include <vector>

#include "actors/pipeline/grammar_training/boundary_scores.hpp"
#include "actors/pipeline/grammar_training/cut_training.hpp"

namespace troupe {

struct judged_protocol {
  std::string name;
  boundary_scores scores;
};

/// Infers the format of one protocol with a model, ACCURATE, and judges it by the labels.
[[nodiscard]] judged_protocol judge_model(const grammar_model& model,
                                          const labelled_protocol& truth, std::uint64_t seed);

/// Each protocol judged by a model that is trained on the other folds only; whole protocols are
/// left out. The seed deals them to the folds, as evenly as can be. In the order given.
[[nodiscard]] std::vector<judged_protocol> cross_validate(
    std::span<const labelled_protocol* const> all, const grammar_training_options& how,
    std::size_t folds, const training_progress& tell = {});

/// The unweighted mean.
[[nodiscard]] boundary_scores mean_of(std::span<const judged_protocol> judged);

/// What is known of a trained model.
struct training_record {
  grammar_model model;
  grammar_training_options how;
  std::vector<const labelled_protocol*> learnt_from;
  std::vector<judged_protocol> in_training;  // judged with the model itself
  std::vector<judged_protocol> in_folds;     // not asked for: empty
  std::size_t folds = 0;
  std::vector<judged_protocol> held_out;  // by name, never learnt from; none: empty
};

/// The model's card, as Markdown: what it is, what it learnt from and how, figures, limits.
[[nodiscard]] std::string model_card(const training_record& about, const std::string& file);

}  // namespace troupe
