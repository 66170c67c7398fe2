#include "actors/pipeline/classifier/training.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "actors/pipeline/classifier/evaluation.hpp"
#include "actors/pipeline/classifier/model_file.hpp"
#include "tests/actors/pipeline/classifier/toy_flows.hpp"

namespace troupe {
namespace {

std::set<std::string> captures_in(const std::vector<labelled_flow>& flows,
                                  const std::vector<std::uint32_t>& chosen) {
  std::set<std::string> captures;
  for (const std::uint32_t i : chosen) captures.insert(flows[i].capture);
  return captures;
}

TEST(folds, no_capture_is_on_both_sides_and_every_flow_is_tested_once) {
  const auto flows = toy::six_protocols(1);
  const auto folds = cross_validation_folds(flows, 5, 3);
  std::vector<int> tested(flows.size(), 0);
  for (const fold& each : folds) {
    const auto training = captures_in(flows, each.training);
    for (const auto& capture : captures_in(flows, each.test)) {
      EXPECT_FALSE(training.contains(capture)) << capture;
    }
    for (const std::uint32_t i : each.test) ++tested[i];
  }
  EXPECT_TRUE(std::ranges::all_of(tested, [](int n) { return n == 1; }));
}

TEST(folds, a_label_with_two_captures_is_always_in_training) {
  std::vector<labelled_flow> flows;
  for (const std::string label : {"a", "b", "c", "d"}) {
    for (const std::string capture : {"1", "2"}) {
      labelled_flow& made = flows.emplace_back();
      made.label = label;
      made.capture = label + capture;
    }
  }
  for (const fold& each : cross_validation_folds(flows, 3, 1)) {
    std::set<std::string> labels;
    for (const std::uint32_t i : each.training) labels.insert(flows[i].label);
    EXPECT_EQ(labels.size(), 4U);
  }
}

TEST(folds, kept_sources_are_never_left_out) {
  const auto flows = toy::six_protocols(1);
  const std::vector<std::string> kept{"east"};
  const auto folds = source_folds(flows, kept);
  ASSERT_EQ(folds.size(), 1U);
  EXPECT_EQ(folds[0].name, "west");
  EXPECT_EQ(folds[0].test.size() * 2, flows.size());
}

TEST(folds, left_out_labels_are_not_in_training) {
  const auto flows = toy::six_protocols(1);
  for (const fold& each : left_out_label_folds(flows, 3, 1)) {
    std::set<std::string> labels;
    for (const std::uint32_t i : each.training) labels.insert(flows[i].label);
    for (const std::uint32_t i : each.test) EXPECT_FALSE(labels.contains(flows[i].label));
  }
}

TEST(training, the_same_seed_gives_the_same_model_bit_for_bit) {
  const auto flows = toy::six_protocols(1);
  training_options options;
  options.seed = 42;
  const auto once = train_classifier(flows, options);
  const auto again = train_classifier(flows, options);
  EXPECT_EQ(encode_model(std::get<classifier_model>(once)),
            encode_model(std::get<classifier_model>(again)));
}

TEST(training, refuses_what_it_cannot_learn_from) {
  EXPECT_TRUE(std::holds_alternative<failure>(train_classifier({}, {})));
  auto flows = toy::six_protocols(1);
  for (auto& flow : flows) flow.label = "one";
  const auto one_label = train_classifier(flows, {});
  ASSERT_TRUE(std::holds_alternative<failure>(one_label));
  EXPECT_NE(std::get<failure>(one_label).what.find("these have 1"), std::string::npos);
  flows = toy::six_protocols(1);
  for (auto& flow : flows) flow.capture = "one";
  EXPECT_TRUE(std::holds_alternative<failure>(train_classifier(flows, {})));
}

TEST(training, flows_without_payload_do_no_harm) {
  auto flows = toy::six_protocols(1);
  flows.front().opening.clear();
  EXPECT_TRUE(std::holds_alternative<classifier_model>(train_classifier(flows, {})));
}

class an_evaluation : public testing::Test {
 protected:
  std::vector<labelled_flow> flows = toy::six_protocols(1);
  std::vector<std::string> kept{"east"};
  evaluation judged{flows, training_options{}, kept};
};

TEST_F(an_evaluation, knows_what_is_easy) {
  const auto card = judged.cross_validation({});
  EXPECT_EQ(card.flows, flows.size());
  EXPECT_EQ(card.labels, 6U);
  EXPECT_DOUBLE_EQ(card.right, 1);
  EXPECT_DOUBLE_EQ(card.macro_f1, 1);
  EXPECT_DOUBLE_EQ(judged.other_sources({}).right, 1);
}

TEST_F(an_evaluation, shares_sum_to_one_under_every_rule) {
  for (const double threshold : {0.0, 0.5, 0.9, 1.1}) {
    for (const double early : {0.5, 2.0}) {
      const auto card = judged.cross_validation({threshold, early});
      EXPECT_NEAR(card.right + card.wrong + card.abstained, 1, 1e-12);
    }
  }
  EXPECT_DOUBLE_EQ(judged.cross_validation({1.1, 2}).abstained, 1);
}

TEST_F(an_evaluation, every_answer_to_a_label_left_out_is_wrong) {
  const auto card = judged.foreign_labels({});
  EXPECT_EQ(card.flows, flows.size());
  EXPECT_DOUBLE_EQ(card.wrong, 1);
}

TEST_F(an_evaluation, finds_the_threshold_that_answers_a_share) {
  const double threshold = judged.threshold_answering(0.85, 2);
  const auto card = judged.cross_validation({threshold, 2});
  EXPECT_NEAR(1 - card.abstained, 0.85, 0.02);
}

}  // namespace
}  // namespace troupe
