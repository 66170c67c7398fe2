#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "actors/pipeline/grammar/grammar_model.hpp"
#include "actors/pipeline/grammar_training/labelled_protocol.hpp"

namespace troupe {

/// The gaps between columns that one labelled protocol was cut at, or not.
struct protocol_gaps {
  struct gap {
    grammar::gap_evidence evidence{};
    double seen = 0;        // messages
    double boundaries = 0;  // of these have a field that begins there
  };

  std::vector<gap> gaps;
};

struct grammar_training_options {
  std::uint64_t seed = 1;  // of the sampling of messages, and of the folds of an evaluation
  std::string name = "grammar 1";
  int rounds = 2;        // inference by the weights so far, then a fit to what it was cut by
  double ridge = 0.003;  // of the logistic regression, on all weights but the constant
  double surplus = 1.2;  // log-odds: a missing boundary costs more than a wrong one
  double leash = 0.03;   // how strongly the search for the best F1 is pulled back to it
};

/// Infers the format with these weights and compares what it was cut by with the labels.
[[nodiscard]] protocol_gaps read_gaps(const labelled_protocol& from,
                                      const grammar::gap_evidence& weights, std::uint64_t seed);

/// Logistic regression of the boundaries (Newton's method) with ridge and surplus; each protocol
/// has the same weight.
[[nodiscard]] grammar::gap_evidence fit_boundaries(std::span<const protocol_gaps> from,
                                                   const grammar_training_options& how);

/// Ascends from `begin` to a higher mean, over the protocols, of the F1 that the boundaries are
/// expected to have (Dembczynski et al., NIPS 2011), less `leash` / 2 times the squared distance to
/// `begin`. The regression asks for right probabilities; what counts is which side of even each
/// gap is on, in each protocol alike.
[[nodiscard]] grammar::gap_evidence raise_f1(std::span<const protocol_gaps> from,
                                             grammar::gap_evidence begin,
                                             const grammar_training_options& how);

/// Told what is done, in words.
using training_progress = std::function<void(const std::string&)>;

/// The whole training. The first round infers with weights of zero: no earlier model has a part in
/// it. The same protocols in the same order and the same options give the same model, bit for bit.
[[nodiscard]] grammar_model train_grammar(std::span<const labelled_protocol* const> from,
                                          const grammar_training_options& how,
                                          const training_progress& tell = {});

}  // namespace troupe
