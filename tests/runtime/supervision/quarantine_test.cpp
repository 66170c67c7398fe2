#include "runtime/supervision/quarantine.hpp"

#include <gtest/gtest.h>

#include <random>

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr time_point begin = time_point{} + 1h;

TEST(quarantine, one_poisonous_job_may_be_bad_luck_two_are_not) {
  quarantine q(10, 5min);
  q.add({1, 1}, begin);
  EXPECT_FALSE(q.holds({1, 1}, begin));
  q.add({1, 1}, begin);
  EXPECT_TRUE(q.holds({1, 1}, begin));
  EXPECT_FALSE(q.holds({1, 2}, begin));
}

TEST(quarantine, holds_until_its_time_is_over_counted_from_the_last_job) {
  quarantine q(10, 5min);
  q.add({1, 1}, begin);
  q.add({1, 1}, begin + 4min);
  q.add({2, 2}, begin + 6min);
  EXPECT_TRUE(q.holds({1, 1}, begin + 9min - 1ns));
  EXPECT_FALSE(q.holds({1, 1}, begin + 9min));
}

TEST(quarantine, two_jobs_that_are_further_apart_than_its_time_are_both_bad_luck) {
  quarantine q(10, 5min);
  q.add({1, 1}, begin);
  q.add({1, 1}, begin + 5min);
  EXPECT_FALSE(q.holds({1, 1}, begin + 5min));
}

TEST(quarantine, the_empty_hash_is_never_held) {
  quarantine q(10, 5min);
  q.add({}, begin);
  q.add({}, begin);
  EXPECT_FALSE(q.holds({}, begin));
}

TEST(quarantine, without_time_or_room_it_holds_nothing) {
  quarantine timeless(10, 0ns);
  quarantine roomless(0, 5min);
  for (int i = 0; i < 2; ++i) {
    timeless.add({1, 1}, begin);
    roomless.add({1, 1}, begin);
  }
  EXPECT_FALSE(timeless.holds({1, 1}, begin));
  EXPECT_FALSE(roomless.holds({1, 1}, begin));
}

TEST(quarantine, never_knows_more_than_its_limit_and_forgets_the_oldest_first) {
  constexpr std::uint64_t seed = 11;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  quarantine q(8, 1min);
  auto now = begin;
  for (int step = 0; step < 5000; ++step) {
    now += duration{static_cast<duration::rep>(random() % 10'000'000'000ULL)};
    const content_hash content{1, random() % 20 + 1};
    q.add(content, now);
    q.add(content, now);
    ASSERT_TRUE(q.holds(content, now));
    ASSERT_LE(q.size(), 8U);
  }
  quarantine small(4, 1min);
  for (const std::uint64_t one : {1U, 1U, 2U, 2U, 3U, 3U}) small.add({1, one}, begin);
  EXPECT_FALSE(small.holds({1, 1}, begin));
  EXPECT_TRUE(small.holds({1, 2}, begin));
  EXPECT_TRUE(small.holds({1, 3}, begin));
}

}  // namespace
}  // namespace troupe
