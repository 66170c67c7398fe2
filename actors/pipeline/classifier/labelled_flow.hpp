#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "actors/pipeline/classifier/opening.hpp"
#include "actors/pipeline/classifier/vocabulary.hpp"
#include "messages/traffic.hpp"

namespace troupe {

/// One flow to learn from.
struct labelled_flow {
  std::string label;    // the protocol
  std::string capture;  // file it was seen in: flows of one capture are never in both training and
                        // test
  std::string source;   // collection the capture comes from
  transport l4 = transport::none;
  std::vector<segment> opening;
  std::vector<std::uint8_t> bytes;  // what segment::offset refers to

  [[nodiscard]] flow_opening view() const { return {l4, opening, bytes}; }
};

/// The distinct labels, ascending.
[[nodiscard]] std::vector<std::string> labels_of(std::span<const labelled_flow> flows);

/// The features of each flow's used segments.
[[nodiscard]] std::vector<kept_features> features_of(std::span<const labelled_flow> flows);

/// One split into flows to learn from and flows to be judged by; indices into the flows.
struct fold {
  std::string name;
  std::vector<std::uint32_t> training;
  std::vector<std::uint32_t> test;
};

/// `count` folds with no capture on both sides. The captures of each label are dealt out in turn,
/// so that a label with two captures or more is always in training, too.
[[nodiscard]] std::vector<fold> cross_validation_folds(std::span<const labelled_flow> flows,
                                                       std::size_t count, std::uint64_t seed);

/// One fold for each source but `kept`, which are always in training.
[[nodiscard]] std::vector<fold> source_folds(std::span<const labelled_flow> flows,
                                             std::span<const std::string> kept);

/// `count` folds that leave whole labels out of training: their flows stand for foreign traffic.
[[nodiscard]] std::vector<fold> left_out_label_folds(std::span<const labelled_flow> flows,
                                                     std::size_t count, std::uint64_t seed);

}  // namespace troupe
