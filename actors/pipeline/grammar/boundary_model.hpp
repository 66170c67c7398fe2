#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "actors/pipeline/grammar/boosted_trees.hpp"
#include "actors/pipeline/grammar/boundary_features.hpp"
#include "messages/traffic.hpp"
#include "messages/work.hpp"

namespace troupe::grammar {

/// Judges where fields begin, learnt from protocols whose fields are known.
struct boundary_model {
  std::string name;
  boosted_trees trees;

  friend bool operator==(const boundary_model&, const boundary_model&) = default;
};

/// Messages whose fields are known.
struct labelled_messages {
  traffic_group traffic;
  std::vector<std::vector<std::uint32_t>> starts;  // of the fields of each message, ascending
};

struct boundary_training {
  std::uint64_t seed = 1;
  std::string name = "grammar 1";
  growing how = {};
};

/// Trains on the gaps that the grammar stage meets in these protocols, every protocol with the same
/// weight. Two rounds: the second sees the parts that a model of the first round leads to.
[[nodiscard]] boundary_model train_boundaries(std::span<const labelled_messages* const> protocols,
                                              const boundary_training& options);

/// Where a table of columns begins in one message.
struct place_in_message {
  std::uint32_t message = 0;
  std::uint32_t offset = 0;
};

using message_gaps = std::function<void(std::span<const place_in_message> looked_at,
                                        std::size_t stand_for,
                                        std::span<const boundary_features> gaps)>;

/// Infers a format, and shows all gaps that are judged on the way.
void observe_gaps(const traffic_group& group, const work_context& work,
                  const boundary_model* learnt, const message_gaps& observe);

}  // namespace troupe::grammar
