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

result_cache::value weighing(const std::string& name, std::uint64_t bytes,
                             std::uint64_t model_version = 0, time_point begun = start,
                             duration age = 0s) {
  result_cache::value out;
  out.result = result_named(name);
  out.bytes = bytes;
  out.model_version = model_version;
  out.begun = begun;
  out.age = age;
  return out;
}

result_cache::value unanswerable(std::uint64_t bytes) {
  auto out = weighing("", bytes);
  out.result = nullptr;
  out.why = {errc::bad_input, "no"};
  return out;
}

void keep(result_cache& cache, content_hash key, const std::string& name, std::uint64_t bytes,
          time_point now) {
  cache.insert(key, weighing(name, bytes, 0, now), now);
}

TEST(result_cache, a_kept_result_is_found_until_its_time_to_live_has_passed) {
  result_cache cache({.capacity_bytes = 1000, .time_to_live = 5min});
  keep(cache, key_of(1), "a", 10, start);
  EXPECT_EQ(cache.find(key_of(1), start + 5min - 1ns)->result->group, "a");
  EXPECT_FALSE(cache.find(key_of(1), start + 5min));
  EXPECT_EQ(cache.count().expirations, 1U);
  EXPECT_EQ(cache.count().bytes, 0U);
}

TEST(result_cache, the_least_recently_used_entry_goes_first_when_the_bytes_are_full) {
  result_cache cache({.capacity_bytes = 30, .time_to_live = 5min});
  keep(cache, key_of(1), "a", 10, start);
  keep(cache, key_of(2), "b", 10, start);
  keep(cache, key_of(3), "c", 10, start);
  ASSERT_TRUE(cache.find(key_of(1), start));
  keep(cache, key_of(4), "d", 10, start);
  EXPECT_FALSE(cache.find(key_of(2), start));
  EXPECT_TRUE(cache.find(key_of(1), start));
  EXPECT_EQ(cache.count().evictions, 1U);
}

TEST(result_cache, an_entry_of_exactly_the_capacity_fits_and_one_byte_more_is_refused) {
  result_cache cache({.capacity_bytes = 30, .time_to_live = 5min});
  keep(cache, key_of(1), "a", 31, start);
  EXPECT_FALSE(cache.find(key_of(1), start));
  EXPECT_EQ(cache.count().refused, 1U);
  keep(cache, key_of(1), "a", 30, start);
  EXPECT_TRUE(cache.find(key_of(1), start));
}

TEST(result_cache, a_second_insert_under_a_key_replaces_the_first_and_its_weight) {
  result_cache cache({.capacity_bytes = 30, .time_to_live = 5min});
  keep(cache, key_of(1), "old", 20, start);
  keep(cache, key_of(1), "new", 5, start);
  EXPECT_EQ(cache.find(key_of(1), start)->result->group, "new");
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
      keep(cache, key, "x", random() % 120, now);
    } else {
      static_cast<void>(cache.find(key, now));
    }
    ASSERT_LE(cache.count().bytes, 500U);
    ASSERT_LE(cache.count().entries, 40U);
  }
}

TEST(result_cache, the_draw_decides_how_long_an_entry_lives_within_the_jitter) {
  const result_cache cache({.capacity_bytes = 10, .time_to_live = 100s, .jitter = 0.1});
  EXPECT_EQ(cache.life(0), 90s);
  EXPECT_EQ(cache.life(0.5), 100s);
  EXPECT_EQ(cache.life(1), 110s);
}

TEST(result_cache, a_stale_entry_serves_only_those_who_accept_its_staleness) {
  result_cache cache({.capacity_bytes = 10, .time_to_live = 10s, .stale_for = 60s});
  keep(cache, key_of(1), "a", 1, start);
  EXPECT_FALSE(cache.find(key_of(1), start + 10s - 1ns, 5s)->stale);
  EXPECT_FALSE(cache.find(key_of(1), start + 10s));
  EXPECT_TRUE(cache.find(key_of(1), start + 15s - 1ns, 5s)->stale);
  EXPECT_EQ(cache.find(key_of(1), start + 15s - 1ns, 5s)->age, 15s - 1ns);
  EXPECT_FALSE(cache.find(key_of(1), start + 15s, 5s));
  EXPECT_TRUE(cache.find(key_of(1), start + 70s - 1ns, 24h)) << "not asking for it drops nothing";
  EXPECT_FALSE(cache.find(key_of(1), start + 70s, 24h));
  EXPECT_EQ(cache.count().expirations, 1U);
}

TEST(result_cache, a_failure_of_the_input_is_believed_for_its_own_short_time_and_never_stale) {
  result_cache cache(
      {.capacity_bytes = 10, .time_to_live = 10s, .stale_for = 60s, .negative_time = 2s});
  cache.insert(key_of(1), unanswerable(1), start);
  EXPECT_EQ(cache.find(key_of(1), start + 2s - 1ns, 60s)->why.code, errc::bad_input);
  EXPECT_EQ(cache.count().negative_hits, 1U);
  EXPECT_FALSE(cache.find(key_of(1), start + 2s, 60s));
}

TEST(result_cache, a_result_takes_the_place_of_a_failure_and_the_other_way_round) {
  result_cache cache({.capacity_bytes = 10});
  cache.insert(key_of(1), unanswerable(4), start);
  keep(cache, key_of(1), "a", 3, start);
  EXPECT_TRUE(cache.find(key_of(1), start)->result);
  EXPECT_EQ(cache.count().bytes, 3U);
  cache.insert(key_of(1), unanswerable(4), start);
  EXPECT_FALSE(cache.find(key_of(1), start)->result);
}

TEST(result_cache, what_comes_from_elsewhere_goes_on_at_its_age) {
  result_cache cache({.capacity_bytes = 10, .time_to_live = 10s});
  cache.insert(key_of(1), weighing("a", 1, 0, start, 4s), start);
  EXPECT_EQ(cache.find(key_of(1), start + 1s)->age, 5s);
  EXPECT_TRUE(cache.find(key_of(1), start + 6s - 1ns));
  EXPECT_FALSE(cache.find(key_of(1), start + 6s));
}

TEST(result_cache, an_invalidation_forgets_what_this_model_computed_and_nothing_else) {
  result_cache cache({.capacity_bytes = 10});
  for (std::uint64_t n = 1; n <= 3; ++n) {
    cache.insert(key_of(n), weighing("a", 1, n % 2), start);
  }
  cache.invalidate(1, start + 1s);
  EXPECT_FALSE(cache.find(key_of(1), start));
  EXPECT_TRUE(cache.find(key_of(2), start));
  EXPECT_FALSE(cache.find(key_of(3), start));
  EXPECT_EQ(cache.count().invalidations, 2U);
  EXPECT_EQ(cache.count().bytes, 1U);
}

TEST(result_cache, what_was_begun_before_its_invalidation_is_not_kept_after_it) {
  result_cache cache({.capacity_bytes = 10});
  cache.invalidate(7, start + 1s);
  const auto begun_at = [](time_point when, std::uint64_t version) {
    return weighing("a", 1, version, when);
  };
  cache.insert(key_of(1), begun_at(start + 1s, 7), start + 2s);
  EXPECT_FALSE(cache.find(key_of(1), start + 2s));
  cache.insert(key_of(1), begun_at(start + 1s, 8), start + 2s);
  EXPECT_TRUE(cache.find(key_of(1), start + 2s));
  cache.insert(key_of(2), begun_at(start + 1s + 1ns, 7), start + 2s);
  EXPECT_TRUE(cache.find(key_of(2), start + 2s));
  cache.invalidate(std::nullopt, start + 3s);
  EXPECT_EQ(cache.count().entries, 0U);
  cache.insert(key_of(2), begun_at(start + 3s, 9), start + 4s);
  EXPECT_FALSE(cache.find(key_of(2), start + 4s));
}

}  // namespace
}  // namespace troupe
