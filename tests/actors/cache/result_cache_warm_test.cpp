#include <gtest/gtest.h>

#include "actors/cache/result_cache.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{1h};
constexpr content_hash key{1, 1};
constexpr content_hash other{2, 2};

result_cache::value held(std::uint64_t bytes, duration age = 0s, time_point now = start) {
  result_cache::value out;
  out.result = std::make_shared<const discovery_result>();
  out.bytes = bytes;
  out.model_version = 7;
  out.age = age;
  out.begun = now - age;
  return out;
}

class result_cache_warm_test : public ::testing::Test {
 protected:
  result_cache cache_{{1000, 1min, 0, 1h}};
};

TEST_F(result_cache_warm_test, what_warms_it_is_found_with_its_true_age) {
  EXPECT_EQ(cache_.warm(key, held(100, 20s), start), warm_outcome::kept);
  EXPECT_EQ(cache_.find(key, start + 1s)->age, 21s);
  EXPECT_FALSE(cache_.find(key, start + 40s));
}

TEST_F(result_cache_warm_test, nothing_makes_way_for_it) {
  cache_.insert(other, held(900), start);
  EXPECT_EQ(cache_.warm(key, held(101), start), warm_outcome::no_room);
  EXPECT_EQ(cache_.warm(key, held(100), start), warm_outcome::kept);
  EXPECT_TRUE(cache_.find(other, start));
  EXPECT_EQ(cache_.count().bytes, 1000U);
  EXPECT_EQ(cache_.count().evictions, 0U);
}

TEST_F(result_cache_warm_test, it_makes_way_first) {
  cache_.insert(other, held(400), start);
  cache_.warm(key, held(500), start);
  cache_.insert({3, 3}, held(500), start);
  EXPECT_FALSE(cache_.find(key, start));
  EXPECT_TRUE(cache_.find(other, start));
}

TEST_F(result_cache_warm_test, it_takes_the_place_of_what_is_stale_and_of_nothing_fresh) {
  cache_.insert(key, held(900, 59s), start);
  EXPECT_EQ(cache_.warm(key, held(900), start), warm_outcome::held);
  EXPECT_EQ(cache_.warm(key, held(900, 0s, start + 1s), start + 1s), warm_outcome::kept);
  EXPECT_EQ(cache_.find(key, start + 1s)->age, 0s);
  EXPECT_EQ(cache_.count().bytes, 900U);
}

TEST_F(result_cache_warm_test, what_is_over_its_time_is_refused) {
  EXPECT_EQ(cache_.warm(key, held(1, 1min), start), warm_outcome::expired);
  EXPECT_EQ(cache_.warm(key, held(1, 1min - 1ns), start), warm_outcome::kept);
}

TEST_F(result_cache_warm_test, what_was_computed_before_its_model_was_invalidated_is_refused) {
  cache_.invalidate(7, start);
  EXPECT_EQ(cache_.warm(key, held(1, 1s, start + 1s), start + 1s), warm_outcome::invalidated);
  EXPECT_EQ(cache_.warm(key, held(1, 1s - 1ns, start + 1s), start + 1s), warm_outcome::kept);
}

TEST_F(result_cache_warm_test, a_sample_has_the_fresh_results_in_the_order_of_use) {
  cache_.insert({1, 0}, held(10, 58s), start);
  cache_.insert({2, 0}, held(10), start + 1s);
  auto negative = held(10);
  negative.result = nullptr;
  negative.why = {errc::bad_input, "no"};
  cache_.insert({3, 0}, negative, start + 1s);
  cache_.insert({4, 0}, held(10), start + 1s);
  ASSERT_TRUE(cache_.find({1, 0}, start + 1s));
  const auto before = cache_.count();
  const auto all = cache_.sample(0, 10, start + 1s);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].second.key.high, 1U);
  EXPECT_EQ(all[0].second.age, 59s);
  EXPECT_EQ(all[1].second.key.high, 4U);
  EXPECT_EQ(all[2].first, 3U);  // the third one is none that can be told
  EXPECT_EQ(cache_.sample(1, 2, start + 1s).size(), 1U);
  EXPECT_EQ(cache_.sample(0, 10, start + 2s).size(), 2U);  // the first is stale
  EXPECT_TRUE(cache_.sample(4, 1, start).empty());
  EXPECT_TRUE(cache_.sample(~0ULL, ~0ULL, start).empty());
  EXPECT_EQ(cache_.count(), before);
}

}  // namespace
}  // namespace troupe
