#pragma once

#include <cstddef>
#include <vector>

#include "actors/pipeline/classifier/calibration.hpp"
#include "actors/pipeline/classifier/members.hpp"
#include "actors/pipeline/classifier/opening.hpp"

namespace troupe {

/// Reads a flow's used segments one by one and says after each stage what the members think. Keeps
/// its memory from flow to flow.
class flow_judge {
 public:
  explicit flow_judge(const member_models& models) : models_(&models), scorer_(models) {}

  /// Starts on a flow. The opening must outlive the reading of it.
  void begin(const flow_opening& opening);

  /// Reads on to the next stage. False: everything was read before.
  bool next_stage();

  [[nodiscard]] const member_scores& scores() const noexcept { return *scores_; }
  [[nodiscard]] score_inputs inputs() const { return inputs_of(*models_, *scores_, read_); }
  /// The segments read so far.
  [[nodiscard]] std::span<const segment> read() const noexcept {
    return std::span(segments_).first(read_);
  }
  /// Whether training has seen any feature of what was read.
  [[nodiscard]] bool anything_known() const noexcept;
  /// The share of the anchored features that training has seen.
  [[nodiscard]] double known_share() const noexcept;
  /// Bytes of the payload read that differ from the one before: a byte repeated tells nothing more.
  [[nodiscard]] std::size_t telling_bytes() const noexcept;

 private:
  const member_models* models_;
  feature_set features_;
  flow_scorer scorer_;
  flow_opening opening_;
  std::vector<segment> segments_;
  std::size_t read_ = 0;
  const member_scores* scores_ = nullptr;
};

}  // namespace troupe
