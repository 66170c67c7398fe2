#include "actors/sla/budget_forecast.hpp"

#include <gtest/gtest.h>

#include <random>

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr double target = 0.99;

/// A window and what the memories made of it.
struct history {
  explicit history(duration window = 24h) : seen(window) {}

  void add(int slices, slice_counts counts) {
    for (int i = 0; i < slices; ++i) {
      seen.add(next++, counts);
      level.add(counts);
    }
  }
  [[nodiscard]] budget_forecast told() const { return forecast(seen, level, target); }

  slice_window seen;
  error_level level{1 - target};
  std::int64_t next = 0;
};

TEST(budget_of, is_empty_before_anything_was_seen) {
  EXPECT_EQ(budget_of(slice_window(1h), target).spent_share(), 0);
  EXPECT_FALSE(budget_of(slice_window(1h), target).exhausted());
}

TEST(budget_of, a_window_that_is_not_full_has_the_budget_of_a_full_one_at_its_traffic) {
  history all(1h);
  all.add(36, {90, 10});  // a tenth of the window; all its budget would be 360 x 1
  const auto budget = budget_of(all.seen, target);
  EXPECT_NEAR(budget.allowed, 360, 1e-6);
  EXPECT_EQ(budget.spent, 360);
}

TEST(budget_of, is_exhausted_by_the_first_event_over_it) {
  history all(1h);
  all.add(359, {99, 1});
  all.add(1, {99, 1});
  EXPECT_NEAR(budget_of(all.seen, target).spent_share(), 1, 1e-9);
  all.add(1, {97, 3});
  EXPECT_TRUE(budget_of(all.seen, target).exhausted());
}

TEST(forecast, says_nothing_before_anything_was_seen) {
  const history none;
  EXPECT_EQ(none.told().probability, 0);
  EXPECT_FALSE(none.told().p50);
}

TEST(forecast, a_service_without_errors_is_not_foretold_to_fail) {
  history all;
  all.add(8640, {1000, 0});
  EXPECT_LT(all.told().probability, 0.01);
  EXPECT_FALSE(all.told().p10);
}

TEST(forecast, what_is_exhausted_is_so_now) {
  history all(1h);
  all.add(360, {90, 10});
  const auto told = all.told();
  EXPECT_EQ(told.probability, 1);
  EXPECT_EQ(told.p50, duration{0});
}

TEST(forecast, a_steady_burn_of_four_is_exhausted_after_a_quarter_of_the_window) {
  history all;
  all.add(360, {9600, 400});  // an hour, at four times the budget: five more hours are left
  const auto told = all.told();
  EXPECT_GT(told.probability, 0.8);
  ASSERT_TRUE(told.p10 && told.p50 && told.p90);
  EXPECT_GT(*told.p50, 4h);
  EXPECT_LT(*told.p50, 7h);
  EXPECT_LE(*told.p10, 5h);
  EXPECT_GE(*told.p90, 5h);
}

TEST(forecast, old_errors_that_leave_the_window_are_taken_into_account) {
  // 80 % of the budget was spent in one hour, 23 hours ago, and 14 % since. At this hum the rest
  // would last for nine hours; but the bad hour leaves the window from now on.
  history all;
  all.add(360, {8'080, 1'920});
  all.add(360 * 23, {9'985, 15});
  EXPECT_NEAR(budget_of(all.seen, target).spent_share(), 0.94, 0.01);
  EXPECT_LT(all.told().probability, 0.1);
}

TEST(forecast, quantiles_are_in_order_and_within_one_window_whatever_happened) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300; ++round) {
    history all(std::chrono::minutes(1 + random() % 1440));
    for (auto left = 1 + random() % 2'000; left > 0; --left) {
      const auto events = static_cast<std::uint32_t>(random() % 3 == 0 ? 0 : random() % 2'000);
      const auto bad = static_cast<std::uint32_t>(
          random() % 50 == 0 ? events : events * (random() % 20) / 1'000);
      all.add(1, {events - bad, bad});
    }
    const auto told = all.told();
    ASSERT_GE(told.probability, 0);
    ASSERT_LE(told.probability, 1);
    if (!told.p10) continue;
    ASSERT_LE(*told.p10, *told.p50);
    ASSERT_LE(*told.p50, *told.p90);
    ASSERT_GE(*told.p10, duration{0});
    ASSERT_LE(*told.p90, slice_window::resolution * static_cast<int>(all.seen.slices()));
  }
}

TEST(error_level, the_short_memories_follow_and_the_long_one_remembers) {
  history all;
  all.add(8640, {9'990, 10});
  all.add(60, {9'000, 1'000});
  const auto views = all.level.views();
  EXPECT_NEAR(views.front().mean, 0.1, 0.02);
  EXPECT_LT(views.back().mean, 0.005);
  double weights = 0;
  for (const auto& one : views) weights += one.weight;
  EXPECT_NEAR(weights, 1, 1e-9);
}

TEST(error_level, events_that_come_in_bursts_are_more_dispersed_than_poisson) {
  history even;
  history burst;
  std::mt19937_64 random(7);
  std::poisson_distribution<std::uint32_t> draw(10);
  for (int i = 0; i < 2'000; ++i) {
    even.add(1, {1'000, draw(random)});
    burst.add(1, {1'000, i % 10 == 0 ? 100U : 0U});
  }
  EXPECT_LT(even.level.dispersion(), 2);
  EXPECT_GT(burst.level.dispersion(), 5);
}

}  // namespace
}  // namespace troupe
