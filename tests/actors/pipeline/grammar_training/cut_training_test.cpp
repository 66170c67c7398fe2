#include "actors/pipeline/grammar_training/cut_training.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/actors/pipeline/grammar_training/made_protocols.hpp"

namespace troupe {
namespace {

using test::all_of;
using test::four_protocols;

/// A gap with the constant and one other kind of evidence.
protocol_gaps::gap gap_of(std::size_t kind, double evidence, double seen, double boundaries) {
  protocol_gaps::gap out;
  out.evidence[0] = 1;
  out.evidence[kind] = evidence;
  out.seen = seen;
  out.boundaries = boundaries;
  return out;
}

TEST(cut_training, the_regression_gives_the_shares_of_boundaries_that_it_saw) {
  protocol_gaps from;
  from.gaps = {gap_of(3, 0, 100, 20), gap_of(3, 1, 100, 90)};
  grammar_training_options how;
  how.ridge = 1e-6;
  how.surplus = 0;
  const auto weights = fit_boundaries({&from, 1}, how);
  EXPECT_NEAR(weights[0], std::log(0.2 / 0.8), 1e-3);
  EXPECT_NEAR(weights[0] + weights[3], std::log(0.9 / 0.1), 1e-3);
  EXPECT_EQ(weights[4], 0);
}

TEST(cut_training, each_protocol_has_the_same_weight_however_many_messages_it_has) {
  std::vector<protocol_gaps> both(2);
  both[0].gaps = {gap_of(3, 0, 10'000, 8'000)};
  both[1].gaps = {gap_of(3, 0, 10, 2)};
  grammar_training_options how;
  how.surplus = 0;
  EXPECT_NEAR(fit_boundaries(both, how)[0], 0, 1e-6);
  how.surplus = 0.25;
  EXPECT_NEAR(fit_boundaries(both, how)[0], 0.25, 1e-6);
}

TEST(cut_training, a_cut_that_is_right_in_two_of_five_messages_raises_the_expected_f1) {
  // With nothing else to find, cutting always has F1 0.57, never cutting 0.
  protocol_gaps from;
  from.gaps = {gap_of(3, 0, 100, 40)};
  grammar_training_options how;
  how.leash = 1e-4;
  how.surplus = 0;
  const auto begin = fit_boundaries({&from, 1}, how);
  EXPECT_LT(begin[0], 0);
  EXPECT_GT(raise_f1({&from, 1}, begin, how)[0], 0);
  how.leash = 100;
  EXPECT_NEAR(raise_f1({&from, 1}, begin, how)[0], begin[0], 0.05);
}

TEST(cut_training, a_protocol_without_gaps_changes_nothing) {
  std::vector<protocol_gaps> both(2);
  both[0].gaps = {gap_of(3, 0, 100, 70)};
  const grammar_training_options how;
  const auto alone = fit_boundaries({both.data(), 1}, how);
  EXPECT_EQ(fit_boundaries(both, how), alone);
  for (const auto weight : raise_f1(both, alone, how)) EXPECT_TRUE(std::isfinite(weight));
}

TEST(cut_training, gaps_know_where_the_labelled_fields_begin) {
  const auto words = test::word_protocol("twos", 8, 2, 900, 5);
  const auto got = read_gaps(words, {}, 1);
  ASSERT_EQ(got.gaps.size(), 15U);
  for (std::size_t i = 0; i < got.gaps.size(); ++i) {
    EXPECT_EQ(got.gaps[i].boundaries, i % 2 == 1 ? got.gaps[i].seen : 0) << i;
  }
}

TEST(cut_training, the_same_seed_gives_the_same_bytes) {
  const auto made = four_protocols(3);
  grammar_training_options how;
  how.seed = 11;
  const auto first = encode_grammar_model(train_grammar(all_of(made), how));
  EXPECT_EQ(first, encode_grammar_model(train_grammar(all_of(four_protocols(3)), how)));
  EXPECT_NE(first, encode_grammar_model(train_grammar(all_of(four_protocols(4)), how)));
  EXPECT_TRUE(std::holds_alternative<grammar_model>(decode_grammar_model(first)));
}

}  // namespace
}  // namespace troupe
