#include "actors/pipeline/classifier/labelled_flow.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <utility>

namespace troupe {
namespace {

// The same on every platform, which std::shuffle is not.
void shuffle(std::vector<std::string>& names, std::mt19937_64& random) {
  for (std::size_t i = names.size(); i > 1; --i) std::swap(names[i - 1], names[random() % i]);
}

std::vector<fold> split(std::span<const labelled_flow> flows, std::vector<fold> folds,
                        const std::function<bool(std::size_t, const labelled_flow&)>& is_test) {
  for (std::size_t number = 0; number < folds.size(); ++number) {
    for (std::uint32_t i = 0; i < flows.size(); ++i) {
      (is_test(number, flows[i]) ? folds[number].test : folds[number].training).push_back(i);
    }
  }
  return folds;
}

std::vector<fold> named_folds(std::string_view prefix, std::size_t count) {
  std::vector<fold> folds(count);
  for (std::size_t i = 0; i < count; ++i) folds[i].name = std::string(prefix) + std::to_string(i);
  return folds;
}

// Captures by the label that most of their flows have.
std::map<std::string, std::vector<std::string>> captures_by_label(
    std::span<const labelled_flow> flows) {
  std::map<std::string, std::map<std::string, std::size_t>> counts;
  for (const labelled_flow& flow : flows) ++counts[flow.capture][flow.label];
  std::map<std::string, std::vector<std::string>> captures;
  for (const auto& [capture, labels] : counts) {
    const auto most = std::ranges::max_element(labels, {}, [](const auto& l) { return l.second; });
    captures[most->first].push_back(capture);
  }
  return captures;
}

}  // namespace

std::vector<std::string> labels_of(std::span<const labelled_flow> flows) {
  std::set<std::string> labels;
  for (const labelled_flow& flow : flows) labels.insert(flow.label);
  return {labels.begin(), labels.end()};
}

std::vector<kept_features> features_of(std::span<const labelled_flow> flows) {
  std::vector<kept_features> kept;
  feature_set features;
  for (const labelled_flow& flow : flows) {
    features.restart(flow.l4);
    for (const segment& each : used_segments(flow.opening)) {
      features.add_message(flow.view().payload(each), each.wire_size);
    }
    kept_features& of_flow = kept.emplace_back();
    for (std::size_t group = 0; group < feature_group_count; ++group) {
      const auto keys = features.keys(static_cast<feature_group>(group));
      of_flow[group].assign(keys.begin(), keys.end());
    }
  }
  return kept;
}

std::vector<fold> cross_validation_folds(std::span<const labelled_flow> flows, std::size_t count,
                                         std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::map<std::string, std::size_t> fold_of;
  std::size_t next = 0;
  for (auto& [label, captures] : captures_by_label(flows)) {
    shuffle(captures, random);
    for (const std::string& capture : captures) fold_of[capture] = next++ % count;
  }
  return split(flows, named_folds("fold ", count),
               [&](std::size_t number, const labelled_flow& flow) {
                 return fold_of.at(flow.capture) == number;
               });
}

std::vector<fold> source_folds(std::span<const labelled_flow> flows,
                               std::span<const std::string> kept) {
  std::set<std::string> sources;
  for (const labelled_flow& flow : flows) sources.insert(flow.source);
  for (const std::string& source : kept) sources.erase(source);
  std::vector<fold> folds;
  for (const std::string& source : sources) folds.push_back({source, {}, {}});
  return split(flows, folds, [&](std::size_t number, const labelled_flow& flow) {
    return flow.source == folds[number].name;
  });
}

std::vector<fold> left_out_label_folds(std::span<const labelled_flow> flows, std::size_t count,
                                       std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::string> labels = labels_of(flows);
  shuffle(labels, random);
  std::map<std::string, std::size_t> fold_of;
  for (std::size_t i = 0; i < labels.size(); ++i) fold_of[labels[i]] = i % count;
  return split(flows, named_folds("labels ", count),
               [&](std::size_t number, const labelled_flow& flow) {
                 return fold_of.at(flow.label) == number;
               });
}

}  // namespace troupe
