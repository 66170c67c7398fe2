#include "messages/measures.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

using namespace std::chrono_literals;

namespace troupe {

TEST(latency_counts, the_upper_bound_belongs_to_its_bucket) {
  for (std::size_t b = 0; b < latency_counts::bounded; ++b) {
    latency_counts counts;
    counts.observe(latency_counts::bound(b));
    EXPECT_EQ(counts.buckets[b], 1U) << b;
    counts.observe(latency_counts::bound(b) + 1ns);
    EXPECT_EQ(counts.buckets[b + 1], 1U) << b;
  }
}

TEST(latency_counts, no_duration_is_lost) {
  latency_counts counts;
  for (const duration took : {duration(-5), duration(0), duration(1), duration::max()}) {
    counts.observe(took);
    counts.sum = duration(0);  // the extremes would overflow it; real ones cannot
  }
  EXPECT_EQ(counts.buckets.front(), 3U);
  EXPECT_EQ(counts.buckets.back(), 1U);
}

TEST(latency_counts, each_duration_is_in_the_least_bucket_that_holds_it) {
  constexpr std::uint64_t seed = 77;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 draw(seed);
  for (int i = 0; i < 10'000; ++i) {
    const duration took(static_cast<std::int64_t>(draw() >> (25 + draw() % 39)));
    latency_counts counts;
    counts.observe(took);
    std::size_t expected = 0;
    while (expected < latency_counts::bounded && took > latency_counts::bound(expected)) ++expected;
    EXPECT_EQ(counts.buckets[expected], 1U) << took.count();
  }
}

}  // namespace troupe
