#include "actors/discovery/cost_model.hpp"

#include <gtest/gtest.h>

#include <random>

namespace troupe {
namespace {

using namespace std::chrono_literals;

TEST(cost_model, learns_the_cost_of_its_own_size_class_and_leaves_others_alone) {
  cost_model costs;
  const work_size small{10, 1'000, 1};
  const work_size large{10'000, 1'000'000, 1};
  const auto before = costs.predict(stage::parser, quality_mode::fast, small);
  const auto untouched = costs.predict(stage::parser, quality_mode::fast, large);
  for (int i = 0; i < 100; ++i) {
    costs.observe(stage::parser, quality_mode::fast, small, before * 4);
  }
  const auto after = costs.predict(stage::parser, quality_mode::fast, small);
  EXPECT_NEAR(static_cast<double>(after.count()), static_cast<double>(before.count()) * 4,
              static_cast<double>(before.count()) * 0.01);
  EXPECT_EQ(costs.predict(stage::parser, quality_mode::fast, large), untouched);
}

TEST(cost_model, is_not_thrown_off_by_a_clock_that_stands_still_or_an_absurd_run) {
  cost_model costs;
  const work_size size{10, 1'000, 1};
  const auto before = costs.predict(stage::grammar, quality_mode::fast, size);
  costs.observe(stage::grammar, quality_mode::fast, size, 0ns);
  EXPECT_EQ(costs.predict(stage::grammar, quality_mode::fast, size), before);
  for (int i = 0; i < 1000; ++i) {
    costs.observe(stage::grammar, quality_mode::fast, size, std::chrono::hours(1000));
  }
  EXPECT_LE(costs.predict(stage::grammar, quality_mode::fast, size), before * 64);
}

TEST(cost_model, the_95th_percentile_covers_95_of_100_log_normal_durations) {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> factor(0, 0.5);
  cost_model costs;
  const work_size size{10, 1'000, 1};
  const auto typical = costs.predict(stage::grammar, quality_mode::fast, size);
  EXPECT_EQ(costs.predict_p95(stage::grammar, quality_mode::fast, size), typical);
  int covered = 0;
  constexpr int runs = 5000;
  for (int i = 0; i < runs; ++i) {
    const auto took = std::chrono::duration_cast<duration>(typical * factor(random));
    if (i >= 100 && took <= costs.predict_p95(stage::grammar, quality_mode::fast, size)) ++covered;
    costs.observe(stage::grammar, quality_mode::fast, size, took);
  }
  // A moving estimate from some fifteen durations misses a little more often than the true one.
  EXPECT_NEAR(static_cast<double>(covered) / (runs - 100), 0.92, 0.02);
}

}  // namespace
}  // namespace troupe
