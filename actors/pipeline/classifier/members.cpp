#include "actors/pipeline/classifier/members.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace troupe {
namespace {

constexpr float ridge_sharpness = 4;  // docs/classifier.md, "Recipe"
// The ridge is the better member (docs/classifier.md); a quarter for the votes was best over folds.
constexpr float ridge_share = 0.75F;

void soften(std::span<const float> values, std::span<float> shares) {
  const float top = *std::ranges::max_element(values);
  float sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    shares[i] = std::exp(ridge_sharpness * (values[i] - top));
    sum += shares[i];
  }
  for (float& share : shares) share /= sum;
}

}  // namespace

member_models learn_members(std::vector<std::string> labels,
                            std::span<const kept_features> features,
                            std::span<const flow_origin> flows) {
  learnt_vocabulary learnt = learn_vocabulary(features);
  member_models models;
  models.votes = learn_votes(learnt.patterns, flows, labels.size());
  models.ridge = learn_ridge(learnt.patterns, features, flows, labels.size());
  models.words = std::move(learnt.words);
  models.labels = std::move(labels);
  return models;
}

flow_scorer::flow_scorer(const member_models& models)
    : models_(&models), votes_(models.labels.size()), times_(models.ridge.scales().size()) {
  const std::size_t labels = models.labels.size();
  for (auto& sums : sums_) sums.resize(labels);
  for (auto* each : {&scores_.votes, &scores_.ridge, &scores_.ridge_shares, &scores_.mean}) {
    each->resize(labels);
  }
}

void flow_scorer::restart() {
  taken_.fill(0);
  for (auto& sums : sums_) std::ranges::fill(sums, 0.0F);
  std::ranges::fill(votes_, 0.0F);
  scores_.known.fill(0);
}

void flow_scorer::take(const feature_set& features) {
  for (std::size_t group = 0; group < feature_group_count; ++group) {
    const auto keys = features.keys(static_cast<feature_group>(group));
    take_group(keys.subspan(taken_[group]), group);
    taken_[group] = keys.size();
  }
}

void flow_scorer::take_group(std::span<const feature_key> fresh, std::size_t group) {
  touched_.clear();
  for (const feature_key key : fresh) {
    const pattern_id pattern = models_->words.find(key);
    if (pattern == no_pattern) continue;
    scores_.known[group] += 1;
    if (times_[pattern]++ == 0) touched_.push_back(pattern);
  }
  for (const pattern_id pattern : touched_) {
    const std::uint32_t times = std::exchange(times_[pattern], std::uint16_t{0});
    models_->votes.add(pattern, times, votes_);
    models_->ridge.add(pattern, times, sums_[group]);
  }
}

const member_scores& flow_scorer::scores() {
  const std::size_t labels = votes_.size();
  const float sum = std::accumulate(votes_.begin(), votes_.end(), 0.0F);
  std::ranges::fill(scores_.ridge, 0.0F);
  for (std::size_t group = 0; group < feature_group_count; ++group) {
    scores_.seen[group] = static_cast<float>(taken_[group]);
    if (taken_[group] == 0) continue;
    const float unit = 1 / std::sqrt(scores_.seen[group]);
    for (std::size_t i = 0; i < labels; ++i) scores_.ridge[i] += unit * sums_[group][i];
  }
  soften(scores_.ridge, scores_.ridge_shares);
  const float scale = sum > 0 ? 1 / sum : 0;
  for (std::size_t i = 0; i < labels; ++i) {
    scores_.votes[i] = votes_[i] * scale;
    scores_.mean[i] = ridge_share * scores_.ridge_shares[i] + (1 - ridge_share) * scores_.votes[i];
  }
  rank();
  return scores_;
}

void flow_scorer::rank() {
  const auto& mean = scores_.mean;
  std::size_t best = 0;
  std::size_t second = mean.size() > 1 ? 1 : 0;
  if (mean[second] > mean[best]) std::swap(best, second);
  for (std::size_t i = 2; i < mean.size(); ++i) {
    if (mean[i] > mean[best]) {
      second = std::exchange(best, i);
    } else if (mean[i] > mean[second]) {
      second = i;
    }
  }
  scores_.best = best;
  scores_.second = second;
  scores_.best_vote = votes_[best];
}

}  // namespace troupe
