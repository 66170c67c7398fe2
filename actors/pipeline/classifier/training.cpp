#include "actors/pipeline/classifier/training.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace troupe {
namespace {

constexpr std::size_t most_labels = 255;
constexpr std::size_t most_flows = 8000;  // the ridge solves a dense system of so many unknowns

std::map<std::string, double> flows_by_capture(std::span<const labelled_flow> flows) {
  std::map<std::string, double> counts;
  for (const labelled_flow& flow : flows) ++counts[flow.capture];
  return counts;
}

void judge(trial& into, flow_judge& judge, const member_models& models, const labelled_flow& flow,
           double weight) {
  const bool foreign = !std::ranges::binary_search(models.labels, flow.label);
  judge.begin(flow.view());
  while (judge.next_stage()) {
    trial::stage stage;
    stage.best = models.labels[judge.scores().best];
    stage.example = {judge.inputs(), stage.best == flow.label, foreign, weight};
    stage.segments = static_cast<std::uint32_t>(judge.read().size());
    for (const segment& each : judge.read()) stage.packets = std::max(stage.packets, each.packet);
    into.stages.push_back(std::move(stage));
  }
  for (auto& stage : into.stages) {
    stage.example.weight /= static_cast<double>(into.stages.size());
  }
}

failure check(std::span<const labelled_flow> flows) {
  const std::size_t labels = labels_of(flows).size();
  if (labels < 2 || labels > most_labels) {
    return {errc::bad_input, "training needs flows of 2 to " + std::to_string(most_labels) +
                                 " labels, these have " + std::to_string(labels)};
  }
  if (flows.size() > most_flows) {
    return {errc::too_large, "training takes at most " + std::to_string(most_flows) +
                                 " flows, these are " + std::to_string(flows.size())};
  }
  std::set<std::string> captures;
  for (const labelled_flow& flow : flows) captures.insert(flow.capture);
  if (captures.size() < 2) {
    return {errc::bad_input, "training needs flows of at least 2 captures"};
  }
  return {};
}

void append_examples(std::vector<calibration_example>& to, std::span<const trial> trials) {
  for (const trial& each : trials) {
    for (const auto& stage : each.stages) to.push_back(stage.example);
  }
}

}  // namespace

member_models train_members(std::span<const labelled_flow> flows,
                            std::span<const kept_features> features,
                            std::span<const std::uint32_t> training) {
  std::set<std::string> names;
  for (const std::uint32_t flow : training) names.insert(flows[flow].label);
  std::vector<std::string> labels(names.begin(), names.end());
  std::map<std::string, std::uint32_t> captures;
  std::vector<flow_origin> origins;
  std::vector<kept_features> chosen;
  for (const std::uint32_t flow : training) {
    const auto label = std::ranges::lower_bound(labels, flows[flow].label) - labels.begin();
    const auto next = static_cast<std::uint32_t>(captures.size());
    origins.push_back({static_cast<std::uint8_t>(label),
                       captures.try_emplace(flows[flow].capture, next).first->second});
    chosen.push_back(features[flow]);
  }
  return learn_members(std::move(labels), chosen, origins);
}

std::vector<trial> run_trials(std::span<const labelled_flow> flows,
                              std::span<const kept_features> features,
                              std::span<const fold> folds) {
  const auto counts = flows_by_capture(flows);
  std::vector<trial> trials;
  for (std::size_t number = 0; number < folds.size(); ++number) {
    if (folds[number].test.empty() || folds[number].training.empty()) continue;
    const member_models models = train_members(flows, features, folds[number].training);
    flow_judge judge_of_fold(models);
    for (const std::uint32_t flow : folds[number].test) {
      trial& made = trials.emplace_back(trial{flow, number, {}});
      judge(made, judge_of_fold, models, flows[flow],
            1 / std::sqrt(counts.at(flows[flow].capture)));
    }
  }
  return trials;
}

std::variant<classifier_model, failure> train_classifier(std::span<const labelled_flow> flows,
                                                         const training_options& options) {
  if (failure refused = check(flows)) return refused;
  const std::vector<kept_features> features = features_of(flows);
  const auto known = cross_validation_folds(flows, options.folds, options.seed);
  const auto foreign = left_out_label_folds(flows, options.left_out_groups, options.seed);
  std::vector<calibration_example> examples;
  append_examples(examples, run_trials(flows, features, known));
  append_examples(examples, run_trials(flows, features, foreign));
  std::vector<std::uint32_t> all(flows.size());
  for (std::uint32_t i = 0; i < flows.size(); ++i) all[i] = i;
  classifier_model model;
  model.name = options.name;
  model.members = train_members(flows, features, all);
  model.confidence = learn_calibration(examples);
  model.threshold = options.threshold;
  model.early_threshold = options.early_threshold;
  return model;
}

}  // namespace troupe
