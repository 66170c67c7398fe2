#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "actors/pipeline/classifier/labelled_flow.hpp"
#include "actors/pipeline/classifier/training.hpp"

namespace troupe {

/// How verdicts were reached.
struct decision_rule {
  double threshold = 0;        // answers from this confidence on
  double early_threshold = 2;  // above 1: all segments are always read
};

/// Figures over the flows of one validation. Shares are of `flows`.
struct score_card {
  std::size_t flows = 0;
  std::size_t labels = 0;
  double right = 0;
  double wrong = 0;
  double abstained = 0;
  double right_by_capture = 0;  // each (capture, label) has weight 1
  double abstained_by_capture = 0;
  double macro_f1 = 0;           // mean over labels; an abstention is a miss
  double calibration_error = 0;  // ECE: |confidence - accuracy| over ten bins, of answered flows
  double by_first_message = 0;   // share decided by the first payload message
  std::map<transport, double> packets_used;  // median over right answers
};

/// How well the recipe does on flows that it was not trained on. Confidence is cross-fitted: no
/// flow is judged with a calibration that learnt from its capture (cross-validation), its source
/// (sources) or its label (left out).
class evaluation {
 public:
  /// Runs all trials (some seconds). `kept_sources` are never left out.
  evaluation(std::span<const labelled_flow> flows, const training_options& options,
             std::span<const std::string> kept_sources);

  /// Flows whose label is in training, 5 folds without a capture on both sides.
  [[nodiscard]] score_card cross_validation(const decision_rule& rule) const;
  /// Flows whose label is in training, one source left out at a time.
  [[nodiscard]] score_card other_sources(const decision_rule& rule) const;
  /// Flows of labels that were left out of training: every answer is wrong.
  [[nodiscard]] score_card foreign_labels(const decision_rule& rule) const;

  /// The threshold with which so many of the cross-validated flows are answered.
  [[nodiscard]] double threshold_answering(double share, double early_threshold) const;

 private:
  struct judged {
    std::uint32_t flow = 0;
    std::vector<trial::stage> stages;
    std::vector<double> confidence;  // by stage
  };

  void cross_fit(std::span<const trial> known, std::span<const trial> foreign,
                 std::span<const trial> sources);
  [[nodiscard]] score_card score(std::span<const judged> trials, const decision_rule& rule) const;

  std::span<const labelled_flow> flows_;
  std::vector<judged> known_;
  std::vector<judged> sources_;
  std::vector<judged> foreign_;
};

}  // namespace troupe
