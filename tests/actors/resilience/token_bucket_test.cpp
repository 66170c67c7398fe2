#include "actors/resilience/token_bucket.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "tests/actors/resilience/dice.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr time_point start = time_point{} + 1h;

TEST(token_bucket, is_full_at_first_and_gives_its_burst) {
  token_bucket bucket({.tokens = 1, .period = 1s, .burst = 3}, start);
  EXPECT_FALSE(bucket.try_take(4));
  EXPECT_TRUE(bucket.try_take(3));
  EXPECT_FALSE(bucket.try_take(1));
  EXPECT_TRUE(bucket.try_take(0));
}

TEST(token_bucket, a_token_is_there_after_exactly_its_time) {
  token_bucket bucket({.tokens = 3, .period = 1s, .burst = 3}, start);
  ASSERT_TRUE(bucket.try_take(3));
  EXPECT_EQ(bucket.wait_for(1), 333'333'334ns);
  bucket.refill(start + 333'333'333ns);
  EXPECT_EQ(bucket.wait_for(1), 1ns);
  EXPECT_FALSE(bucket.try_take(1));
  bucket.refill(start + 333'333'334ns);
  EXPECT_EQ(bucket.wait_for(1), 0ns);
  EXPECT_TRUE(bucket.try_take(1));
}

TEST(token_bucket, never_holds_more_than_its_burst) {
  token_bucket bucket({.tokens = 3, .period = 1s, .burst = 5}, start);
  bucket.refill(start + 10'000h);
  EXPECT_EQ(bucket.tokens(), 5U);
  bucket.put_back(2);
  EXPECT_EQ(bucket.tokens(), 5U);
}

TEST(token_bucket, a_year_of_odd_steps_gives_exactly_a_year_of_tokens) {
  // 7 tokens in 3 s, in steps of a prime number of nanoseconds.
  token_bucket bucket({.tokens = 7, .period = 3s, .burst = 1'000}, start);
  ASSERT_TRUE(bucket.try_take(1'000));
  std::uint64_t taken = 0;
  auto now = start;
  constexpr duration step = 31'536'000'000'019ns;  // 8.76 h
  constexpr duration fine = 104'729'017ns;
  for (int i = 0; i < 1'000'000; ++i) {
    now += fine;
    bucket.refill(now);
    while (bucket.try_take(1)) ++taken;
  }
  const auto nanoseconds = static_cast<std::uint64_t>((now - start).count());
  EXPECT_EQ(taken, nanoseconds * 7 / 3'000'000'000);
  bucket.refill(now + step);
  EXPECT_EQ(bucket.tokens(), 1'000U);
}

TEST(token_bucket, what_costs_more_than_the_burst_is_never_there) {
  token_bucket bucket({.tokens = 1, .period = 1s, .burst = 3}, start);
  EXPECT_EQ(bucket.wait_for(4), duration::max());
  token_bucket dry({.tokens = 0, .period = 1s, .burst = 3}, start);
  EXPECT_TRUE(dry.try_take(3));
  dry.refill(start + 1h);
  EXPECT_EQ(dry.wait_for(1), duration::max());
  EXPECT_FALSE(dry.try_take(1));
}

TEST(token_bucket, numbers_of_any_size_do_not_overflow) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  token_bucket bucket({.tokens = most, .period = 24h, .burst = most}, start);
  EXPECT_FALSE(bucket.try_take(most));
  EXPECT_TRUE(bucket.try_take(bucket.tokens()));
  bucket.refill(time_point::max());
  EXPECT_GT(bucket.tokens(), 0U);
  token_bucket slow({.tokens = 1, .period = duration::max(), .burst = most}, start);
  EXPECT_TRUE(slow.try_take(slow.tokens()));
  EXPECT_GT(slow.wait_for(1), 24h);
}

TEST(token_bucket, holds_what_a_count_of_grains_holds) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  test::dice roll(seed);
  for (int round = 0; round < 200; ++round) {
    const token_rate rate{1 + roll.below(20),
                          duration{static_cast<duration::rep>(1 + roll.below(50))},
                          1 + roll.below(30)};
    const auto period = static_cast<std::uint64_t>(rate.period.count());
    token_bucket bucket(rate, start);
    auto grains = rate.burst * period;
    auto now = start;
    for (int step = 0; step < 300; ++step) {
      const auto waited = roll.upto(20ns);
      now += waited;
      grains = std::min(rate.burst * period,
                        grains + static_cast<std::uint64_t>(waited.count()) * rate.tokens);
      bucket.refill(now);
      ASSERT_EQ(bucket.tokens(), grains / period);
      const auto cost = roll.below(8);
      auto then = bucket;
      if (cost <= rate.burst) {
        then.refill(now + bucket.wait_for(cost));
        ASSERT_TRUE(then.try_take(cost));
      }
      const bool enough = cost * period <= grains && cost <= rate.burst;
      ASSERT_EQ(bucket.wait_for(cost) == 0ns, enough);
      ASSERT_EQ(bucket.try_take(cost), enough);
      if (enough) grains -= cost * period;
      if (enough && roll.one_in(5)) {
        bucket.put_back(cost);
        grains += cost * period;
      }
    }
  }
}

}  // namespace
}  // namespace troupe
