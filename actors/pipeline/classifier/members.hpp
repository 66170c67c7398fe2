#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "actors/pipeline/classifier/features.hpp"
#include "actors/pipeline/classifier/ridge_model.hpp"
#include "actors/pipeline/classifier/vocabulary.hpp"
#include "actors/pipeline/classifier/vote_model.hpp"

namespace troupe {

/// The two models that name protocols, and what they share.
struct member_models {
  std::vector<std::string> labels;  // ascending, at most 255
  vocabulary words;
  vote_model votes;
  ridge_model ridge;
};

[[nodiscard]] member_models learn_members(std::vector<std::string> labels,
                                          std::span<const kept_features> features,
                                          std::span<const flow_origin> flows);

/// What the members say about one flow so far. Every vector has one place for each label.
struct member_scores {
  std::vector<float> votes;                        // normalised to 1 over the labels
  std::vector<float> ridge;                        // decision values, about -1..1
  std::vector<float> ridge_shares;                 // of a softmax
  std::vector<float> mean;                         // of votes and ridge_shares, weighted
  float best_vote = 0;                             // of the best label, before normalising
  std::size_t best = 0;                            // label of the largest mean
  std::size_t second = 0;                          // and of the one after it
  std::array<float, feature_group_count> seen{};   // features of the flow
  std::array<float, feature_group_count> known{};  // those that training has seen
};

/// Scores one flow as its messages come in: what was added stays added.
class flow_scorer {
 public:
  explicit flow_scorer(const member_models& models);

  void restart();
  /// Takes up the features that are new since the last call.
  void take(const feature_set& features);
  /// The scores of all that was taken; valid until the next call.
  [[nodiscard]] const member_scores& scores();

 private:
  void take_group(std::span<const feature_key> fresh, std::size_t group);
  void rank();

  const member_models* models_;
  std::array<std::size_t, feature_group_count> taken_{};
  std::array<std::vector<float>, feature_group_count> sums_;  // of the ridge, before normalising
  std::vector<float> votes_;
  std::vector<std::uint16_t> times_;  // by pattern, while taking
  std::vector<pattern_id> touched_;
  member_scores scores_;
};

}  // namespace troupe
