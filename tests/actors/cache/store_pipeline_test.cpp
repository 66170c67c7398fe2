#include "actors/cache/store_pipeline.hpp"

#include <gtest/gtest.h>

namespace troupe {
namespace {

using namespace std::chrono_literals;
using refusal = store_pipeline::refusal;

constexpr time_point start{};

store_pipeline::options limits() {
  store_pipeline::options out;
  out.timeout = 5ms;
  out.calls = 3;
  out.bytes = 100;
  out.stuck_after = 1s;
  out.breaker.minimum_calls = 4;
  out.breaker.open_time = 500ms;
  out.breaker.probes = 1;
  return out;
}

TEST(store_pipeline, nothing_goes_before_it_is_connected) {
  store_pipeline pipeline(limits());
  EXPECT_EQ(pipeline.begin(1, start).why, refusal::not_connected);
  pipeline.connected();
  EXPECT_NE(pipeline.begin(1, start).call, 0U);
}

TEST(store_pipeline, is_bounded_in_calls_and_in_bytes) {
  store_pipeline pipeline(limits());
  pipeline.connected();
  EXPECT_EQ(pipeline.begin(101, start).why, refusal::full);
  const auto first = pipeline.begin(100, start);
  EXPECT_EQ(pipeline.begin(1, start).why, refusal::full);
  EXPECT_TRUE(pipeline.end(first.call, true, start));
  for (int i = 0; i < 3; ++i) EXPECT_NE(pipeline.begin(1, start).call, 0U);
  EXPECT_EQ(pipeline.begin(1, start).why, refusal::full);
}

TEST(store_pipeline, a_call_is_overdue_exactly_at_its_timeout_and_keeps_its_place) {
  store_pipeline pipeline(limits());
  pipeline.connected();
  const auto one = pipeline.begin(1, start);
  EXPECT_EQ(pipeline.next_due(), start + 5ms);
  EXPECT_TRUE(pipeline.overdue(start + 5ms - 1ns).empty());
  EXPECT_EQ(pipeline.overdue(start + 5ms), std::vector<std::uint64_t>{one.call});
  EXPECT_TRUE(pipeline.overdue(start + 6ms).empty()) << "each once";
  EXPECT_EQ(pipeline.in_flight(), 1U);
  EXPECT_FALSE(pipeline.end(one.call, true, start + 7ms)) << "it has been answered";
  EXPECT_EQ(pipeline.in_flight(), 0U);
}

TEST(store_pipeline, a_stall_opens_the_breaker_and_a_probe_closes_it) {
  auto rules = limits();
  rules.calls = 100;
  store_pipeline pipeline(rules);
  pipeline.connected();
  for (int i = 0; i < 4; ++i) EXPECT_NE(pipeline.begin(1, start).call, 0U);
  EXPECT_EQ(pipeline.overdue(start + 5ms).size(), 4U);
  EXPECT_EQ(pipeline.begin(1, start + 6ms).why, refusal::open);
  const auto probe = pipeline.begin(1, start + 506ms);
  ASSERT_NE(probe.call, 0U);
  EXPECT_EQ(pipeline.begin(1, start + 506ms).why, refusal::open) << "one probe";
  EXPECT_TRUE(pipeline.end(probe.call, true, start + 507ms));
  EXPECT_NE(pipeline.begin(1, start + 507ms).call, 0U);
}

TEST(store_pipeline, what_has_no_reply_for_long_is_stuck_and_that_is_said_once) {
  store_pipeline pipeline(limits());
  pipeline.connected();
  static_cast<void>(pipeline.begin(1, start));
  static_cast<void>(pipeline.overdue(start + 5ms));
  EXPECT_FALSE(pipeline.stuck(start + 1s - 1ns));
  EXPECT_TRUE(pipeline.stuck(start + 1s));
  EXPECT_FALSE(pipeline.stuck(start + 2s));
}

TEST(store_pipeline, a_broken_connection_returns_every_asker_that_still_waits) {
  store_pipeline pipeline(limits());
  pipeline.connected();
  const auto late = pipeline.begin(1, start);
  static_cast<void>(pipeline.overdue(start + 5ms));
  const auto waits = pipeline.begin(1, start + 5ms);
  EXPECT_EQ(pipeline.disconnected(start + 6ms), std::vector<std::uint64_t>{waits.call});
  EXPECT_EQ(pipeline.in_flight(), 0U);
  EXPECT_FALSE(pipeline.end(late.call, true, start + 7ms));
  EXPECT_EQ(pipeline.begin(1, start + 7ms).why, refusal::not_connected);
}

}  // namespace
}  // namespace troupe
