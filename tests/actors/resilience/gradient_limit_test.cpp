#include "actors/resilience/gradient_limit.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/actors/resilience/dice.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr time_point start = time_point{} + 1h;

/// One whole window of calls that all took as long.
void window(gradient_limit& limit, duration took, std::uint32_t in_flight, time_point& now) {
  for (int call = 0; call < 9; ++call) limit.record(took, in_flight, now);
  now += 100ms;
  limit.record(took, in_flight, now);
}

TEST(gradient_limit, begins_at_its_initial_value_within_its_bounds) {
  EXPECT_EQ(gradient_limit({}).limit(), 20U);
  EXPECT_EQ(gradient_limit({.initial = 1'000}).limit(), 200U);
  EXPECT_EQ(gradient_limit({.initial = 1}).limit(), 20U);
  EXPECT_EQ(gradient_limit({.initial = 0, .min = 0, .max = 0}).limit(), 1U);
}

TEST(gradient_limit, steady_calls_raise_it_by_a_fifth_of_the_headroom_in_each_window) {
  auto now = start;
  gradient_limit limit({.initial = 100});
  for (int i = 0; i < 5; ++i) window(limit, 10ms, 100, now);
  EXPECT_EQ(limit.limit(), 104U) << "5 * 0.2 * 4";
}

TEST(gradient_limit, calls_up_to_half_as_long_again_are_tolerated) {
  auto now = start;
  gradient_limit limit({.initial = 100});
  for (int i = 0; i < 10; ++i) window(limit, 10ms, 0, now);
  window(limit, 14ms, 100, now);
  EXPECT_EQ(limit.limit(), 100U) << "and 0.8 more";
}

TEST(gradient_limit, calls_that_are_much_slower_halve_it_smoothly) {
  auto now = start;
  gradient_limit limit({.initial = 100});
  for (int i = 0; i < 10; ++i) window(limit, 10ms, 0, now);
  window(limit, 1s, 100, now);
  EXPECT_EQ(limit.limit(), 90U) << "0.8 * 100 + 0.2 * (0.5 * 100 + 4) = 90.8";
}

TEST(gradient_limit, stays_within_its_bounds) {
  auto now = start;
  gradient_limit limit({.initial = 100});
  for (int i = 0; i < 500; ++i) window(limit, 10ms, 1'000, now);
  EXPECT_EQ(limit.limit(), 200U);
  for (int i = 0; i < 60; ++i) window(limit, 10s, 1'000, now);
  EXPECT_EQ(limit.limit(), 20U);
}

TEST(gradient_limit, does_not_move_while_less_than_half_of_it_is_in_use) {
  auto now = start;
  gradient_limit limit({.initial = 100});
  for (int i = 0; i < 50; ++i) window(limit, 10ms, 49, now);
  EXPECT_EQ(limit.limit(), 100U);
  window(limit, 10ms, 50, now);
  window(limit, 10ms, 51, now);
  EXPECT_EQ(limit.limit(), 101U) << "twice 0.8 more";
}

TEST(gradient_limit, a_window_ends_after_its_time_and_its_calls_and_not_before) {
  auto now = start;
  gradient_limit limit({});
  for (int call = 0; call < 1'000; ++call) limit.record(10ms, 20, now);
  limit.record(10ms, 20, now + 100ms - 1ns);
  EXPECT_EQ(limit.typical(), 0ms);
  limit.record(10ms, 20, now + 100ms);
  EXPECT_EQ(limit.typical(), 10ms);
  gradient_limit rare({});
  for (int call = 0; call < 9; ++call) rare.record(10ms, 20, now += 1s);
  EXPECT_EQ(rare.typical(), 0ms);
  rare.record(10ms, 20, now);
  EXPECT_EQ(rare.typical(), 10ms);
}

TEST(gradient_limit, grows_again_soon_after_a_long_time_of_slow_calls) {
  auto now = start;
  gradient_limit limit({.initial = 100});
  for (int i = 0; i < 3'000; ++i) window(limit, 1s, 100, now);
  for (int i = 0; i < 100; ++i) window(limit, 10ms, 200, now);
  EXPECT_GT(limit.limit(), 50U);
  window(limit, 100ms, 200, now);
  const auto before = limit.limit();
  for (int i = 0; i < 5; ++i) window(limit, 100ms, 200, now);
  EXPECT_LT(limit.limit(), before) << "what was usual then is slow now";
}

TEST(gradient_limit, any_calls_leave_it_within_its_bounds) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  test::dice roll(seed);
  gradient_limit limit({.min = 3, .max = 50});
  auto now = start;
  for (int call = 0; call < 200'000; ++call) {
    now += roll.upto(20ms);
    limit.record(roll.upto(roll.one_in(10) ? duration{1h} : duration{50ms}) - 1ms,
                 static_cast<std::uint32_t>(roll.below(60)), now);
    ASSERT_GE(limit.limit(), 3U);
    ASSERT_LE(limit.limit(), 50U);
  }
}

}  // namespace
}  // namespace troupe
