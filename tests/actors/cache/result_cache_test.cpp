#include "actors/cache/result_cache.hpp"

#include <gtest/gtest.h>

#include <random>

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{};

discovery_result_ptr result_named(const std::string& name) {
  auto result = std::make_shared<discovery_result>();
  result->group = name;
  return result;
}

content_hash key_of(std::uint64_t n) { return {n, n * 7 + 1}; }

TEST(result_cache, a_kept_result_is_found_until_its_time_to_live_has_passed) {
  result_cache cache({.capacity_bytes = 1000, .time_to_live = 5min});
  cache.insert(key_of(1), result_named("a"), 10, start);
  EXPECT_EQ(cache.find(key_of(1), start + 5min - 1ns)->group, "a");
  EXPECT_EQ(cache.find(key_of(1), start + 5min), nullptr);
  EXPECT_EQ(cache.count().expirations, 1U);
  EXPECT_EQ(cache.count().bytes, 0U);
}

TEST(result_cache, the_least_recently_used_entry_goes_first_when_the_bytes_are_full) {
  result_cache cache({.capacity_bytes = 30, .time_to_live = 5min});
  cache.insert(key_of(1), result_named("a"), 10, start);
  cache.insert(key_of(2), result_named("b"), 10, start);
  cache.insert(key_of(3), result_named("c"), 10, start);
  ASSERT_NE(cache.find(key_of(1), start), nullptr);
  cache.insert(key_of(4), result_named("d"), 10, start);
  EXPECT_EQ(cache.find(key_of(2), start), nullptr);
  EXPECT_NE(cache.find(key_of(1), start), nullptr);
  EXPECT_EQ(cache.count().evictions, 1U);
}

TEST(result_cache, an_entry_of_exactly_the_capacity_fits_and_one_byte_more_is_refused) {
  result_cache cache({.capacity_bytes = 30, .time_to_live = 5min});
  cache.insert(key_of(1), result_named("a"), 31, start);
  EXPECT_EQ(cache.find(key_of(1), start), nullptr);
  EXPECT_EQ(cache.count().refused, 1U);
  cache.insert(key_of(1), result_named("a"), 30, start);
  EXPECT_NE(cache.find(key_of(1), start), nullptr);
}

TEST(result_cache, a_second_insert_under_a_key_replaces_the_first_and_its_weight) {
  result_cache cache({.capacity_bytes = 30, .time_to_live = 5min});
  cache.insert(key_of(1), result_named("old"), 20, start);
  cache.insert(key_of(1), result_named("new"), 5, start);
  EXPECT_EQ(cache.find(key_of(1), start)->group, "new");
  EXPECT_EQ(cache.count().bytes, 5U);
  EXPECT_EQ(cache.count().entries, 1U);
}

TEST(result_cache, the_bytes_held_never_exceed_the_capacity_and_match_the_entries) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  result_cache cache({.capacity_bytes = 500, .time_to_live = 100ms});
  auto now = start;
  for (int step = 0; step < 20'000; ++step) {
    now += std::chrono::microseconds(random() % 2000);
    const auto key = key_of(random() % 40);
    if (random() % 2 == 0) {
      cache.insert(key, result_named("x"), random() % 120, now);
    } else {
      static_cast<void>(cache.find(key, now));
    }
    ASSERT_LE(cache.count().bytes, 500U);
    ASSERT_LE(cache.count().entries, 40U);
  }
}

}  // namespace
}  // namespace troupe
