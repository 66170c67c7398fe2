#include "runtime/supervision/quarantine.hpp"

#include <gtest/gtest.h>

#include <random>

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr time_point begin = time_point{} + 1h;

TEST(quarantine, holds_what_was_added_until_its_time_is_over) {
  quarantine q(10, 5min);
  EXPECT_FALSE(q.holds({1, 1}, begin));
  q.add({1, 1}, begin);
  EXPECT_TRUE(q.holds({1, 1}, begin));
  EXPECT_TRUE(q.holds({1, 1}, begin + 5min - 1ns));
  EXPECT_FALSE(q.holds({1, 1}, begin + 5min));
  EXPECT_FALSE(q.holds({1, 2}, begin));
}

TEST(quarantine, a_renewed_one_is_held_from_its_last_time_on) {
  quarantine q(10, 5min);
  q.add({1, 1}, begin);
  q.add({1, 1}, begin + 4min);
  q.add({2, 2}, begin + 6min);
  EXPECT_TRUE(q.holds({1, 1}, begin + 8min));
}

TEST(quarantine, the_empty_hash_is_never_held) {
  quarantine q(10, 5min);
  q.add({}, begin);
  EXPECT_FALSE(q.holds({}, begin));
}

TEST(quarantine, without_time_or_room_it_holds_nothing) {
  quarantine timeless(10, 0ns);
  timeless.add({1, 1}, begin);
  EXPECT_FALSE(timeless.holds({1, 1}, begin));
  quarantine roomless(0, 5min);
  roomless.add({1, 1}, begin);
  EXPECT_FALSE(roomless.holds({1, 1}, begin));
}

TEST(quarantine, never_holds_more_than_its_limit_and_forgets_the_oldest_first) {
  constexpr std::uint64_t seed = 11;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  quarantine q(8, 1min);
  auto now = begin;
  for (int step = 0; step < 5000; ++step) {
    now += duration{static_cast<duration::rep>(random() % 10'000'000'000ULL)};
    const content_hash content{1, random() % 20 + 1};
    q.add(content, now);
    ASSERT_TRUE(q.holds(content, now));
    ASSERT_LE(q.size(), 8U);
  }
  quarantine small(2, 1min);
  small.add({1, 1}, begin);
  small.add({1, 2}, begin);
  small.add({1, 3}, begin);
  EXPECT_FALSE(small.holds({1, 1}, begin));
  EXPECT_TRUE(small.holds({1, 2}, begin));
}

}  // namespace
}  // namespace troupe
