#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "actors/pipeline/classifier/calibration.hpp"
#include "actors/pipeline/classifier/judging.hpp"
#include "actors/pipeline/classifier/members.hpp"
#include "actors/pipeline/classifier/opening.hpp"
#include "messages/findings.hpp"
#include "messages/traffic.hpp"
#include "messages/work.hpp"

namespace troupe {

/// Everything that names protocols. Immutable once made; shared between workers.
struct classifier_model {
  std::string name;  // name and version, "classifier 1"
  member_models members;
  calibration confidence;
  double threshold = 0.6;         // a label is given from this confidence on
  double early_threshold = 0.95;  // and before the last segment was read from this one on
};

/// Names the protocol of flows, one after another, or abstains. Holds the memory for one flow; not
/// for use by two threads at once.
class flow_classifier {
 public:
  /// `model` must outlive this.
  explicit flow_classifier(const classifier_model& model) : model_(&model), judge_(model.members) {}

  [[nodiscard]] verdict classify(const flow_opening& opening);

 private:
  /// With fewer telling bytes than `enough` there is no answer.
  [[nodiscard]] verdict classify_as(const flow_opening& opening, std::size_t enough);
  /// The same for a flow whose transport is a guess.
  [[nodiscard]] verdict classify_guessed(const flow_opening& opening);

  const classifier_model* model_;
  flow_judge judge_;
};

/// What an answer needs besides confidence, which was calibrated on real flows of known transport
/// and means little where next to nothing is there.
struct least_evidence {
  /// Payload bytes that differ from the one before. No protocol's opening has fewer than the first
  /// (MQTT: two pings of two bytes); what is shorter begins many protocols, and some capture has it
  /// by chance. Without a transport there are two tries, and as much again is needed.
  static constexpr std::size_t telling_bytes = 4;
  static constexpr std::size_t telling_bytes_without_transport = 8;
  /// Without a transport: share of the bytes' features that training has seen. Below it confidence
  /// is lowered in proportion.
  static constexpr double known_share = 0.5;
  /// And of a few bytes, where a label has so many captures, more than one of them must speak for
  /// it; else the confidence is at most `uncertain`.
  static constexpr std::size_t few_telling_bytes = 32;
  static constexpr std::uint32_t captures = 3;
  static constexpr double uncertain = 0.5;
};

/// One flow alone. A flow whose transport is unknown is tried as UDP and as TCP.
[[nodiscard]] verdict classify_flow(const classifier_model& model, const flow_opening& opening);

/// All flows of a group, and one verdict over them: the label with the most confidence behind it,
/// its confidence lowered by what speaks for other labels. When the stop token fires, the flows
/// left over get an empty verdict.
[[nodiscard]] classification classify(const classifier_model& model, const traffic_group& group,
                                      const work_context& work);

}  // namespace troupe
