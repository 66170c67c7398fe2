#include "actors/resilience/retry_backoff.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/actors/resilience/dice.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr retry_backoff rules{.base = 100ms, .max = 1s, .attempts = 10};

TEST(retry_backoff, the_pause_doubles_up_to_the_longest) {
  EXPECT_EQ(doubled(100ms, 1s, 1), 100ms);
  EXPECT_EQ(doubled(100ms, 1s, 2), 200ms);
  EXPECT_EQ(doubled(100ms, 1s, 4), 800ms);
  EXPECT_EQ(doubled(100ms, 1s, 5), 1s);
  EXPECT_EQ(doubled(100ms, 1s, 4'000'000'000), 1s);
  EXPECT_EQ(doubled(0ms, 1s, 50), 0ms);
  EXPECT_EQ(doubled(100ms, 1s, 0), 100ms) << "as the first";
  EXPECT_EQ(doubled(1s, duration::max(), 4'000'000'000), duration::max());
}

TEST(retry_backoff, full_jitter_draws_from_nothing_to_the_whole_pause) {
  EXPECT_EQ(rules.pause(1, 0.0, 1h), 0ms);
  EXPECT_EQ(rules.pause(1, 0.5, 1h), 50ms);
  EXPECT_EQ(rules.pause(1, 1.0, 1h), 100ms);
  EXPECT_EQ(rules.pause(3, 0.5, 1h), 200ms);
  EXPECT_EQ(rules.pause(9, 1.0, 1h), 1s);
}

TEST(retry_backoff, the_last_attempt_has_no_next) {
  const retry_backoff three{.base = 1ms};
  EXPECT_TRUE(three.pause(2, 0.5, 1h));
  EXPECT_FALSE(three.pause(3, 0.5, 1h));
  EXPECT_FALSE(three.pause(4, 0.5, 1h));
  EXPECT_FALSE((retry_backoff{.attempts = 0}.pause(0, 0.5, 1h)));
}

TEST(retry_backoff, a_pause_that_uses_up_the_remaining_time_is_none) {
  EXPECT_EQ(rules.pause(1, 1.0, 100ms + 1ns), 100ms);
  EXPECT_FALSE(rules.pause(1, 1.0, 100ms));
  EXPECT_FALSE(rules.pause(1, 0.0, 0ms));
  EXPECT_FALSE(rules.pause(1, 0.0, -1ms));
}

TEST(retry_backoff, a_server_that_says_when_is_believed) {
  EXPECT_EQ(rules.pause(1, 0.0, 1h, 3s), 3s);
  EXPECT_EQ(rules.pause(1, 0.5, 1h, 3s), 3s + 50ms);
  EXPECT_EQ(rules.pause(1, 1.0, 1h, 1ms), 101ms) << "also when it is shorter";
  EXPECT_FALSE(rules.pause(1, 0.0, 3s, 3s));
  EXPECT_FALSE(rules.pause(1, 0.0, 3s, duration::max()));
}

TEST(retry_backoff, every_pause_lies_within_its_bounds) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  test::dice roll(seed);
  for (int round = 0; round < 100'000; ++round) {
    const retry_backoff any{roll.upto(1s), roll.upto(10s), 20};
    const auto made = static_cast<std::uint32_t>(1 + roll.below(19));
    const auto remaining = roll.upto(5s);
    const auto got = any.pause(made, roll.share(), remaining);
    if (!got) continue;
    auto whole = any.base;
    for (std::uint32_t n = 1; n < made && whole < any.max; ++n) whole *= 2;
    ASSERT_GE(*got, 0ns);
    ASSERT_LE(*got, std::min(whole, any.max));
    ASSERT_LT(*got, remaining);
  }
}

}  // namespace
}  // namespace troupe
