#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "actors/pipeline/grammar/cuts.hpp"

namespace troupe::test {

/// The gaps that the columns of one labelled protocol were cut at, or not.
struct protocol_gaps {
  struct gap {
    grammar::gap_evidence evidence{};
    double seen = 0;        // scopes
    double boundaries = 0;  // of these have a field that begins there
  };

  std::vector<gap> gaps;
};

/// Infers the format of a file and compares what it was cut by with the labels.
[[nodiscard]] protocol_gaps read_gaps(const std::filesystem::path& file);

/// Logistic regression of the boundaries (Newton's method, ridge `ridge` on all weights but that of
/// the constant); each protocol has the same weight. To the constant `surplus` is added: a missing
/// boundary costs more than a wrong one.
[[nodiscard]] grammar::gap_evidence fit_weights(std::span<const protocol_gaps* const> from,
                                                double ridge, double surplus);

}  // namespace troupe::test
