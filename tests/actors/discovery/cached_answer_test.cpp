#include "actors/discovery/cached_answer.hpp"

#include <gtest/gtest.h>

namespace troupe {
namespace {

using namespace std::chrono_literals;

TEST(cache_key, differs_by_every_part_that_decides_an_answer_and_not_by_deadline_or_identity) {
  const content_hash input{1, 2};
  discovery_request base;
  const auto key = cache_key(input, base, 7);
  auto other = base;
  other.mode = quality_mode::fast;
  EXPECT_NE(cache_key(input, other, 7), key);
  other = base;
  other.level = validation_level::strict;
  EXPECT_NE(cache_key(input, other, 7), key);
  other = base;
  other.seed = 1;
  EXPECT_NE(cache_key(input, other, 7), key);
  other = base;
  other.only = {stage::classifier};
  EXPECT_NE(cache_key(input, other, 7), key);
  EXPECT_NE(cache_key(input, base, 8), key);
  EXPECT_NE(cache_key({1, 3}, base, 7), key);
  other = base;
  other.budget = 1s;
  other.id = {9};
  EXPECT_EQ(cache_key(input, other, 7), key);
}

TEST(from_cache, gives_the_findings_under_the_new_requests_identity_and_times) {
  discovery_result held;
  held.found.grammar = std::make_shared<format>();
  held.took = 50ms;
  discovery_request request;
  request.id = {7};
  request.input = std::make_shared<traffic_group>();
  const auto result = from_cache(held, request, 100ms, 10us);
  EXPECT_EQ(result->found.grammar, held.found.grammar);
  EXPECT_EQ(result->id, request_id{7});
  EXPECT_EQ(result->took, 10us);
  EXPECT_TRUE(result->from_cache);
  EXPECT_TRUE(from_cache(held, request, 100ms, 100ms)->in_time);
  EXPECT_FALSE(from_cache(held, request, 100ms, 100ms + 1ns)->in_time);
}

}  // namespace
}  // namespace troupe
