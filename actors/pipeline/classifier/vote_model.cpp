#include "actors/pipeline/classifier/vote_model.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace troupe {
namespace {

// docs/classifier.md, "Recipe": how much one capture less, and a rare feature, count.
constexpr double capture_prior = 0.5;
constexpr double rate_prior = 0.09;

std::vector<std::uint32_t> captures_by_label(std::span<const flow_origin> flows,
                                             std::size_t labels) {
  std::set<std::pair<std::uint8_t, std::uint32_t>> seen;
  for (const flow_origin& flow : flows) seen.emplace(flow.label, flow.capture);
  std::vector<std::uint32_t> captures(labels, 0);
  for (const auto& [label, capture] : seen) ++captures[label];
  return captures;
}

}  // namespace

vote_model::vote_model(std::vector<std::uint32_t> captures_of_label,
                       std::vector<std::uint32_t> first, std::vector<sighting> sightings)
    : captures_of_label_(std::move(captures_of_label)),
      first_(std::move(first)),
      sightings_(std::move(sightings)),
      weights_(sightings_.size(), 0.0F) {
  std::vector<double> rates;
  for (std::size_t pattern = 0; pattern + 1 < first_.size(); ++pattern) {
    rates.clear();
    double sum = rate_prior;
    for (std::uint32_t i = first_[pattern]; i < first_[pattern + 1]; ++i) {
      const auto& [label, captures] = sightings_[i];
      rates.push_back(captures / (captures_of_label_[label] + capture_prior));
      sum += rates.back();
    }
    for (std::size_t i = 0; i < rates.size(); ++i) {
      const double share = rates[i] / sum;
      weights_[first_[pattern] + i] = static_cast<float>(share * share);
    }
  }
}

float vote_model::vote(pattern_id which, std::size_t label) const noexcept {
  for (std::uint32_t i = first_[which]; i < first_[which + 1]; ++i) {
    if (sightings_[i].label == label) return weights_[i];
  }
  return 0;
}

std::uint32_t vote_model::captures(pattern_id which, std::size_t label) const noexcept {
  for (std::uint32_t i = first_[which]; i < first_[which + 1]; ++i) {
    if (sightings_[i].label == label) return sightings_[i].captures;
  }
  return 0;
}

vote_model learn_votes(std::span<const learnt_pattern> patterns, std::span<const flow_origin> flows,
                       std::size_t labels) {
  std::vector<std::uint32_t> first{0};
  std::vector<vote_model::sighting> sightings;
  for (const learnt_pattern& pattern : patterns) {
    std::set<std::pair<std::uint8_t, std::uint32_t>> seen;
    for (const std::uint32_t flow : pattern.flows) {
      seen.emplace(flows[flow].label, flows[flow].capture);
    }
    for (const auto& [label, capture] : seen) {
      if (sightings.size() == first.back() || sightings.back().label != label) {
        sightings.push_back({label, 0});
      }
      std::uint8_t& captures = sightings.back().captures;
      captures = static_cast<std::uint8_t>(std::min(captures + 1, 255));
    }
    first.push_back(static_cast<std::uint32_t>(sightings.size()));
  }
  return {captures_by_label(flows, labels), std::move(first), std::move(sightings)};
}

}  // namespace troupe
