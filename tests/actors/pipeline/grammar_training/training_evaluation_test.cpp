#include "actors/pipeline/grammar_training/training_evaluation.hpp"

#include <gtest/gtest.h>

#include "tests/actors/pipeline/grammar_training/made_protocols.hpp"

namespace troupe {
namespace {

using test::all_of;
using test::four_protocols;

TEST(training_evaluation, trained_weights_find_the_words_that_they_learnt_from) {
  const auto made = four_protocols(7);
  grammar_training_options how;
  how.surplus = 0;  // a wrong boundary costs as much as a missing one: the bias is for others' data
  const auto model = train_grammar(all_of(made), how);
  for (const auto& one : made) {
    EXPECT_GT(judge_model(model, one, 1).scores.f1, 0.8) << one.traffic.name;
  }
}

TEST(training_evaluation, each_protocol_is_judged_by_a_model_that_has_not_seen_it) {
  auto made = four_protocols(7);
  const grammar_training_options how;
  std::vector<std::string> told;
  const auto folds =
      cross_validate(all_of(made), how, 4, [&](const std::string& what) { told.push_back(what); });
  ASSERT_EQ(folds.size(), 4U);
  EXPECT_EQ(told.back(), "fold 4 of 4");
  for (std::size_t i = 0; i < made.size(); ++i) {
    auto others = all_of(made);
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(folds[i].name, made[i].traffic.name);
    // The order of the others is that of the folds, so only the last bits may differ.
    const auto alone = judge_model(train_grammar(others, how), made[i], how.seed);
    EXPECT_NEAR(folds[i].scores.f1, alone.scores.f1, 1e-9) << made[i].traffic.name;
  }
}

TEST(training_evaluation, the_mean_counts_each_protocol_once) {
  const std::vector<judged_protocol> two{{"a", {0.2, 0.1, 0.4, 0.6}}, {"b", {0.6, 0.3, 0.8, 0.0}}};
  const auto got = mean_of(two);
  EXPECT_DOUBLE_EQ(got.f1, 0.4);
  EXPECT_DOUBLE_EQ(got.false_rate, 0.2);
  EXPECT_DOUBLE_EQ(got.fms, 0.6);
  EXPECT_DOUBLE_EQ(got.perfection, 0.3);
  EXPECT_DOUBLE_EQ(mean_of({}).f1, 0);
}

TEST(training_evaluation, the_card_says_what_was_learnt_from_what_and_how_well) {
  const auto made = four_protocols(7);
  training_record about;
  about.model = {"grammar 7", {}};
  about.how.seed = 42;
  about.learnt_from = all_of(made);
  about.in_training = {{"twos", {0.9, 0.01, 0.8, 0.7}}};
  about.held_out = {{"kept", {0.55, 0.05, 0.5, 0.4}}};
  const auto without = model_card(about, "x.model");
  for (const auto* const part :
       {"# grammar 7\n", "`x.model`", "seed 42",
        "240 labelled messages of 4 protocols: twos, fours",
        "| kept, never learnt from | 0.550 | 0.050 | 0.500 | 0.400 |", "## Limits"}) {
    EXPECT_NE(without.find(part), std::string::npos) << part << "\n" << without;
  }
  about.folds = 5;
  about.in_folds = {{"twos", {0.7, 0.02, 0.6, 0.5}}};
  EXPECT_NE(model_card(about, "x.model").find("| twos | 0.700 | 0.020 | 0.600 | 0.500 |"),
            std::string::npos);
}

}  // namespace
}  // namespace troupe
