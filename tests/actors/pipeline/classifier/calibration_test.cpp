#include "actors/pipeline/classifier/calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace troupe {
namespace {

double uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11U) * 0x1p-53; }

// The first input carries the truth: right with probability 1 / (1 + exp(-2 x)); the others are
// noise.
std::vector<calibration_example> drawn_examples(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<calibration_example> examples(count);
  for (auto& example : examples) {
    for (double& input : example.inputs) input = uniform(random) * 6 - 3;
    example.right = uniform(random) < 1 / (1 + std::exp(-2 * example.inputs[0]));
  }
  return examples;
}

TEST(calibration, learns_the_probability_that_the_examples_were_drawn_with) {
  constexpr std::uint64_t seed = 11;
  SCOPED_TRACE("seed " + std::to_string(seed));
  const auto learnt = learn_calibration(drawn_examples(20'000, seed));
  for (const double x : {-2.0, -1.0, 0.0, 1.0, 2.0}) {
    score_inputs inputs{};
    inputs[0] = x;
    EXPECT_NEAR(learnt.confidence(inputs), 1 / (1 + std::exp(-2 * x)), 0.04);
  }
}

TEST(calibration, stays_within_zero_and_one_for_extreme_inputs) {
  const auto learnt = learn_calibration(drawn_examples(500, 12));
  for (const double x : {-1e6, -1.0, 0.0, 1.0, 1e6}) {
    score_inputs inputs{};
    inputs.fill(x);
    const double confidence = learnt.confidence(inputs);
    EXPECT_GE(confidence, 0);
    EXPECT_LE(confidence, 1);
  }
}

TEST(calibration, inputs_that_never_change_and_one_sided_examples_do_not_break_it) {
  std::vector<calibration_example> examples(40);
  for (auto& example : examples) example.right = true;
  EXPECT_GT(learn_calibration(examples).confidence(score_inputs{}), 0.9);
  EXPECT_TRUE(std::isfinite(learn_calibration({}).confidence(score_inputs{})));
}

TEST(calibration, the_same_examples_give_the_same_parameters) {
  const auto examples = drawn_examples(1000, 13);
  EXPECT_EQ(learn_calibration(examples).values(), learn_calibration(examples).values());
}

}  // namespace
}  // namespace troupe
