#include "actors/pipeline/classifier/evaluation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <set>
#include <utility>

namespace troupe {
namespace {

/// One flow's verdict, ready to be counted.
struct outcome {
  std::uint32_t flow = 0;
  std::string answer;  // empty: abstained
  double confidence = 0;
  std::uint32_t segments = 0;
  std::uint32_t packets = 0;
};

struct label_counts {
  double right = 0;
  double missed = 0;
  double false_alarms = 0;
};

double macro_f1(std::span<const labelled_flow> flows, std::span<const outcome> outcomes) {
  std::map<std::string, label_counts> labels;
  std::set<std::string> true_labels;
  for (const outcome& each : outcomes) {
    const std::string& label = flows[each.flow].label;
    true_labels.insert(label);
    if (each.answer == label) {
      ++labels[label].right;
    } else {
      ++labels[label].missed;
      ++labels[each.answer].false_alarms;
    }
  }
  double sum = 0;
  for (const std::string& label : true_labels) {
    const auto& [right, missed, false_alarms] = labels[label];
    sum += 2 * right / (2 * right + missed + false_alarms);
  }
  return true_labels.empty() ? 0 : sum / static_cast<double>(true_labels.size());
}

double calibration_error(std::span<const labelled_flow> flows, std::span<const outcome> outcomes) {
  struct bin {
    double count = 0;
    double confidence = 0;
    double right = 0;
  };
  std::array<bin, 10> bins;
  double answered = 0;
  for (const outcome& each : outcomes) {
    if (each.answer.empty()) continue;
    bin& of = bins[static_cast<std::size_t>(std::clamp(each.confidence * 10, 0.0, 9.0))];
    ++of.count;
    ++answered;
    of.confidence += each.confidence;
    of.right += each.answer == flows[each.flow].label ? 1 : 0;
  }
  double error = 0;
  for (const bin& of : bins) error += std::abs(of.confidence - of.right);
  return answered > 0 ? error / answered : 0;
}

// Mean over (capture, label) of the mean of `value` over its flows.
double mean_by_capture(std::span<const labelled_flow> flows, std::span<const outcome> outcomes,
                       const std::function<bool(const outcome&)>& holds) {
  std::map<std::pair<std::string, std::string>, std::pair<double, double>> counts;
  for (const outcome& each : outcomes) {
    auto& [held, all] = counts[{flows[each.flow].capture, flows[each.flow].label}];
    held += holds(each) ? 1 : 0;
    ++all;
  }
  double sum = 0;
  for (const auto& [where, count] : counts) sum += count.first / count.second;
  return counts.empty() ? 0 : sum / static_cast<double>(counts.size());
}

std::map<transport, double> median_packets(std::span<const labelled_flow> flows,
                                           std::span<const outcome> outcomes) {
  std::map<transport, std::vector<double>> used;
  for (const outcome& each : outcomes) {
    const labelled_flow& flow = flows[each.flow];
    if (each.answer == flow.label) used[flow.l4].push_back(each.packets);
  }
  std::map<transport, double> medians;
  for (auto& [l4, values] : used) {
    std::ranges::sort(values);
    medians[l4] = (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
  }
  return medians;
}

template <class Judged>
outcome outcome_of(const Judged& trial_of_flow, const decision_rule& rule) {
  outcome made{trial_of_flow.flow, {}, 0, 0, 0};
  for (std::size_t i = 0; i < trial_of_flow.stages.size(); ++i) {
    const auto& stage = trial_of_flow.stages[i];
    made = {trial_of_flow.flow, stage.best, trial_of_flow.confidence[i], stage.segments,
            stage.packets};
    if (made.confidence >= rule.early_threshold) break;
  }
  if (made.confidence < rule.threshold) made.answer.clear();
  return made;
}

using is_usable = std::function<bool(const labelled_flow&)>;

calibration fit_on(std::span<const labelled_flow> flows, std::span<const trial> known,
                   std::span<const trial> foreign, const is_usable& usable) {
  std::vector<calibration_example> examples;
  for (const auto trials : {known, foreign}) {
    for (const trial& each : trials) {
      if (!usable(flows[each.flow])) continue;
      for (const auto& stage : each.stages) examples.push_back(stage.example);
    }
  }
  return learn_calibration(examples);
}

}  // namespace

evaluation::evaluation(std::span<const labelled_flow> flows, const training_options& options,
                       std::span<const std::string> kept_sources)
    : flows_(flows) {
  const std::vector<kept_features> features = features_of(flows);
  const auto run = [&](const std::vector<fold>& folds) {
    return run_trials(flows, features, folds);
  };
  const auto known = run(cross_validation_folds(flows, options.folds, options.seed));
  const auto foreign = run(left_out_label_folds(flows, options.left_out_groups, options.seed));
  const auto sources = run(source_folds(flows, kept_sources));
  cross_fit(known, foreign, sources);
}

void evaluation::cross_fit(std::span<const trial> known, std::span<const trial> foreign,
                           std::span<const trial> sources) {
  // `group_of` names what must not be shared between a flow and its calibration.
  const auto fill = [&](std::span<const trial> trials, std::vector<judged>& to,
                        const std::function<std::string(const labelled_flow&)>& group_of) {
    std::map<std::size_t, std::set<std::string>> banned;
    for (const trial& each : trials) banned[each.fold].insert(group_of(flows_[each.flow]));
    std::map<std::size_t, calibration> fitted;
    for (const auto& [number, groups] : banned) {
      fitted[number] = fit_on(flows_, known, foreign, [&](const labelled_flow& flow) {
        return !groups.contains(group_of(flow));
      });
    }
    for (const trial& each : trials) {
      judged& made = to.emplace_back(judged{each.flow, each.stages, {}});
      for (const auto& stage : each.stages) {
        made.confidence.push_back(fitted[each.fold].confidence(stage.example.inputs));
      }
    }
  };
  fill(known, known_, [](const labelled_flow& flow) { return flow.capture; });
  fill(sources, sources_, [](const labelled_flow& flow) { return flow.source; });
  fill(foreign, foreign_, [](const labelled_flow& flow) { return flow.label; });
  const auto is_foreign = [](const judged& each) {
    return each.stages.empty() || each.stages.front().example.foreign;
  };
  std::erase_if(known_, is_foreign);
  std::erase_if(sources_, is_foreign);
}

score_card evaluation::cross_validation(const decision_rule& rule) const {
  return score(known_, rule);
}

score_card evaluation::other_sources(const decision_rule& rule) const {
  return score(sources_, rule);
}

score_card evaluation::foreign_labels(const decision_rule& rule) const {
  return score(foreign_, rule);
}

score_card evaluation::score(std::span<const judged> trials, const decision_rule& rule) const {
  std::vector<outcome> outcomes;
  score_card card;
  std::set<std::string> labels;
  for (const judged& each : trials) {
    const outcome& made = outcomes.emplace_back(outcome_of(each, rule));
    const std::string& label = flows_[each.flow].label;
    labels.insert(label);
    if (made.answer == label) ++card.right;
    if (made.answer.empty()) ++card.abstained;
    if (made.segments == 1) ++card.by_first_message;
  }
  const auto count = static_cast<double>(std::max<std::size_t>(outcomes.size(), 1));
  card.flows = outcomes.size();
  card.labels = labels.size();
  card.right /= count;
  card.abstained /= count;
  card.by_first_message /= count;
  card.wrong = outcomes.empty() ? 0 : 1 - card.right - card.abstained;
  card.right_by_capture = mean_by_capture(flows_, outcomes, [&](const outcome& each) {
    return each.answer == flows_[each.flow].label;
  });
  card.abstained_by_capture =
      mean_by_capture(flows_, outcomes, [](const outcome& each) { return each.answer.empty(); });
  card.macro_f1 = macro_f1(flows_, outcomes);
  card.calibration_error = calibration_error(flows_, outcomes);
  card.packets_used = median_packets(flows_, outcomes);
  return card;
}

double evaluation::threshold_answering(double share, double early_threshold) const {
  std::vector<double> confidences;
  confidences.reserve(known_.size());
  for (const judged& each : known_) {
    confidences.push_back(outcome_of(each, {0, early_threshold}).confidence);
  }
  if (confidences.empty()) return 0;
  std::ranges::sort(confidences, std::greater<>());
  const double wanted = share * static_cast<double>(confidences.size());
  const auto place = static_cast<std::size_t>(std::max(std::ceil(wanted) - 1, 0.0));
  return confidences[std::min(place, confidences.size() - 1)];
}

}  // namespace troupe
