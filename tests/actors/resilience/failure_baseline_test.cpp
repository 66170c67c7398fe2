#include "actors/resilience/failure_baseline.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/actors/resilience/dice.hpp"

namespace troupe {
namespace {

/// One batch of 10 calls, of which `wrong` go wrong.
void batch(failure_baseline& baseline, int wrong) {
  for (int call = 0; call < 10; ++call) baseline.record(call < wrong);
}

constexpr failure_baseline::options small{.batch_calls = 10, .batches = 3};

TEST(failure_baseline, there_is_no_threshold_before_the_last_call_of_enough_batches) {
  failure_baseline baseline(small);
  for (int call = 0; call < 29; ++call) baseline.record(false);
  EXPECT_FALSE(baseline.threshold());
  baseline.record(false);
  EXPECT_EQ(baseline.threshold(), small.floor);
}

TEST(failure_baseline, a_steady_share_is_its_own_threshold) {
  failure_baseline baseline(small);
  for (int i = 0; i < 5; ++i) batch(baseline, 4);
  ASSERT_TRUE(baseline.threshold());
  EXPECT_DOUBLE_EQ(*baseline.threshold(), 0.4);
}

TEST(failure_baseline, a_share_that_varies_raises_the_threshold_by_its_deviation) {
  auto settings = small;
  settings.weight = 0.5;
  settings.sigmas = 2;
  failure_baseline baseline(settings);
  batch(baseline, 2);  // mean 0.2, variance 0
  batch(baseline, 4);  // mean 0.3, variance 0.5 * 0.5 * 0.04
  batch(baseline, 3);  // mean 0.3, variance halved
  ASSERT_TRUE(baseline.threshold());
  EXPECT_NEAR(*baseline.threshold(), 0.3 + 2 * std::sqrt(0.005), 1e-12);
}

TEST(failure_baseline, the_threshold_is_never_above_its_ceiling) {
  failure_baseline baseline(small);
  for (int i = 0; i < 5; ++i) batch(baseline, 10);
  EXPECT_EQ(baseline.threshold(), small.ceiling);
}

TEST(failure_baseline, a_dropped_batch_is_not_learnt) {
  failure_baseline baseline(small);
  for (int i = 0; i < 3; ++i) batch(baseline, 2);
  for (int call = 0; call < 9; ++call) baseline.record(true);
  baseline.drop_batch();
  batch(baseline, 2);
  EXPECT_DOUBLE_EQ(*baseline.threshold(), 0.2);
}

TEST(failure_baseline, learns_mean_and_deviation_of_random_batches) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  test::dice roll(seed);
  failure_baseline baseline({.sigmas = 3, .floor = 0, .weight = 0.01, .batch_calls = 100});
  for (int call = 0; call < 500'000; ++call) baseline.record(roll.one_in(5));
  // Of 100 calls with chance 0.2: mean 0.2, deviation sqrt(0.2 * 0.8 / 100) = 0.04.
  EXPECT_NEAR(*baseline.threshold(), 0.2 + 3 * 0.04, 0.05);
}

}  // namespace
}  // namespace troupe
