#pragma once

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
  /// With fewer bytes than `enough` there is no answer.
  [[nodiscard]] verdict classify_as(const flow_opening& opening, std::size_t enough);

  const classifier_model* model_;
  flow_judge judge_;
};

/// Payload bytes that an answer needs. No protocol's opening is shorter than the least (MQTT: two
/// pings of two bytes); what is shorter begins many protocols, and some capture has it by chance.
/// Without a transport there are two tries, and as much again is needed.
struct enough_bytes {
  static constexpr std::size_t with_transport = 4;
  static constexpr std::size_t without_transport = 8;
};

/// One flow alone. A flow whose transport is unknown is tried as UDP and as TCP.
[[nodiscard]] verdict classify_flow(const classifier_model& model, const flow_opening& opening);

/// All flows of a group, and one verdict over them: the label with the most confidence behind it,
/// its confidence lowered by what speaks for other labels. When the stop token fires, the flows
/// left over get an empty verdict.
[[nodiscard]] classification classify(const classifier_model& model, const traffic_group& group,
                                      const work_context& work);

}  // namespace troupe
