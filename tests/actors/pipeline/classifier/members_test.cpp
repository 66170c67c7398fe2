#include "actors/pipeline/classifier/members.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "actors/pipeline/classifier/labelled_flow.hpp"
#include "actors/pipeline/classifier/training.hpp"
#include "tests/actors/pipeline/classifier/toy_flows.hpp"

namespace troupe {
namespace {

constexpr std::uint64_t seed = 7;

kept_features only_anchored(std::vector<feature_key> keys) {
  kept_features kept;
  kept[0] = std::move(keys);
  return kept;
}

TEST(vocabulary, features_of_the_same_flows_share_a_pattern) {
  const std::vector<kept_features> flows{only_anchored({10, 20, 30}), only_anchored({20, 30, 40})};
  const auto learnt = learn_vocabulary(flows);
  EXPECT_EQ(learnt.patterns.size(), 3U);
  EXPECT_EQ(learnt.words.find(20), learnt.words.find(30));
  EXPECT_NE(learnt.words.find(10), learnt.words.find(40));
  EXPECT_EQ(learnt.words.find(11), no_pattern);
  const auto& shared = learnt.patterns[learnt.words.find(20)];
  EXPECT_EQ(shared.features, 2U);
  EXPECT_EQ(shared.flows, (std::vector<std::uint32_t>{0, 1}));
}

TEST(vocabulary, an_empty_one_finds_nothing) {
  EXPECT_EQ(vocabulary().find(1), no_pattern);
  EXPECT_EQ(vocabulary(std::vector<vocabulary::entry>{}).find(1), no_pattern);
}

TEST(votes, captures_are_counted_not_flows) {
  const std::vector<kept_features> features(5, only_anchored({1}));
  const std::vector<flow_origin> origins{{0, 0}, {0, 0}, {0, 0}, {0, 1}, {1, 2}};
  const auto learnt = learn_vocabulary(features);
  const auto votes = learn_votes(learnt.patterns, origins, 2);
  EXPECT_EQ(votes.captures(0, 0), 2U);
  EXPECT_EQ(votes.captures(0, 1), 1U);
  EXPECT_EQ(votes.captures_of_label()[0], 2U);
}

TEST(votes, a_feature_of_one_label_votes_by_the_formula) {
  const std::vector<kept_features> features{only_anchored({1}), only_anchored({1, 2})};
  const std::vector<flow_origin> origins{{0, 0}, {0, 1}};
  const auto learnt = learn_vocabulary(features);
  const auto votes = learn_votes(learnt.patterns, origins, 1);
  const double rate = 2 / 2.5;
  EXPECT_NEAR(votes.vote(learnt.words.find(1), 0), std::pow(rate / (rate + 0.09), 2), 1e-6);
}

// The plain definition, feature by feature and in double, without patterns or quantising.
std::vector<double> plain_ridge_sums(const learnt_vocabulary& learnt, const ridge_model& ridge,
                                     std::span<const feature_key> keys) {
  std::vector<double> sums(ridge.labels());
  for (const feature_key key : keys) {
    const pattern_id pattern = learnt.words.find(key);
    if (pattern == no_pattern) continue;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] +=
          double{ridge.scales()[pattern]} * ridge.weights()[std::size_t{pattern} * sums.size() + i];
    }
  }
  for (double& sum : sums) sum /= std::sqrt(static_cast<double>(keys.size()));
  return sums;
}

TEST(ridge, training_flows_get_their_own_label) {
  const std::vector<kept_features> features{only_anchored({1, 2, 3}), only_anchored({1, 2, 4}),
                                            only_anchored({7, 8, 3}), only_anchored({7, 8, 4})};
  const std::vector<flow_origin> origins{{0, 0}, {0, 1}, {1, 2}, {1, 3}};
  const auto learnt = learn_vocabulary(features);
  const auto ridge = learn_ridge(learnt.patterns, features, origins, 2);
  for (std::size_t flow = 0; flow < features.size(); ++flow) {
    const auto sums = plain_ridge_sums(learnt, ridge, features[flow][0]);
    const std::size_t own = origins[flow].label;
    EXPECT_GT(sums[own], 0.5);
    EXPECT_LT(sums[1 - own], -0.5);
  }
}

// One flow and one label have a solution by hand: (1 + lambda) a = 1, so the value is 1 / 1.1.
TEST(ridge, one_flow_has_the_value_of_the_closed_form) {
  const std::vector<kept_features> features{only_anchored({1, 2, 3, 4})};
  const std::vector<flow_origin> origins{{0, 0}};
  const auto learnt = learn_vocabulary(features);
  const auto ridge = learn_ridge(learnt.patterns, features, origins, 1);
  EXPECT_NEAR(plain_ridge_sums(learnt, ridge, features[0][0])[0], 1 / 1.1, 0.01);
}

class scoring : public testing::Test {
 protected:
  scoring() : flows(toy::six_protocols(seed)), features(features_of(flows)) {
    std::vector<std::uint32_t> all(flows.size());
    std::iota(all.begin(), all.end(), 0U);
    models = train_members(flows, features, all);
  }

  member_scores score(const labelled_flow& flow, bool at_once) const {
    flow_scorer scorer(models);
    feature_set set;
    set.restart(flow.l4);
    for (const segment& each : used_segments(flow.opening)) {
      set.add_message(flow.view().payload(each), each.wire_size);
      if (!at_once) scorer.take(set);
    }
    scorer.take(set);
    return scorer.scores();
  }

  std::vector<labelled_flow> flows;
  std::vector<kept_features> features;
  member_models models;
};

TEST_F(scoring, shares_sum_to_one) {
  const auto scores = score(flows.front(), true);
  EXPECT_NEAR(std::accumulate(scores.votes.begin(), scores.votes.end(), 0.0), 1, 1e-5);
  EXPECT_NEAR(std::accumulate(scores.ridge_shares.begin(), scores.ridge_shares.end(), 0.0), 1,
              1e-5);
  EXPECT_EQ(models.labels[scores.best], flows.front().label);
}

TEST_F(scoring, message_by_message_gives_what_all_at_once_gives) {
  for (const labelled_flow& flow : flows) {
    const auto stepwise = score(flow, false);
    const auto at_once = score(flow, true);
    EXPECT_EQ(stepwise.best, at_once.best);
    for (std::size_t i = 0; i < models.labels.size(); ++i) {
      EXPECT_NEAR(stepwise.mean[i], at_once.mean[i], 1e-5);
    }
  }
}

TEST_F(scoring, a_restart_forgets_the_flow_before) {
  flow_scorer scorer(models);
  feature_set set;
  const auto score_of = [&](const labelled_flow& flow) {
    set.restart(flow.l4);
    scorer.restart();
    for (const segment& each : used_segments(flow.opening)) {
      set.add_message(flow.view().payload(each), each.wire_size);
    }
    scorer.take(set);
    return scorer.scores();
  };
  const auto before = score_of(flows.front());
  const auto other = score_of(flows.back());
  EXPECT_NE(other.best, before.best);
  EXPECT_EQ(score_of(flows.front()).mean, before.mean);
}

}  // namespace
}  // namespace troupe
