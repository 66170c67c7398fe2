#pragma once

#include "actors/pipeline/grammar_training/labelled_protocol.hpp"
#include "messages/format.hpp"

namespace troupe {

/// How well found fields agree with labelled ones, 0..1. A boundary is an offset in a message where
/// a field begins; 0 is none.
struct boundary_scores {
  double f1 = 0;          // of the boundaries of all messages together
  double false_rate = 0;  // wrong boundaries in places that have none
  double fms = 0;         // Format Match Score (Kleber et al., WOOT 2018), mean over messages
  double perfection = 0;  // share of the true fields found with both edges and no cut inside
};

[[nodiscard]] boundary_scores score_boundaries(const format& found, const labelled_protocol& truth);

}  // namespace troupe
