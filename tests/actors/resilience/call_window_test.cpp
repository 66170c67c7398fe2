#include "actors/resilience/call_window.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "tests/actors/resilience/dice.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;
using kind = call_window::kind;
using tally = call_window::tally;

constexpr time_point start = time_point{} + 1h;

TEST(call_window, without_calls_no_rate_is_above_zero) {
  call_window window({});
  EXPECT_EQ(window.read(start), tally{});
  EXPECT_EQ(window.read(start).failure_rate(), 0);
  EXPECT_EQ(window.read(start).slow_rate(), 0);
}

TEST(call_window, by_count_the_oldest_call_leaves_with_the_next_one) {
  call_window window({.by = kind::count, .calls = 3});
  window.add(true, false, start);
  window.add(false, true, start);
  window.add(false, false, start);
  EXPECT_EQ(window.read(start), (tally{3, 1, 1}));
  window.add(false, false, start);
  EXPECT_EQ(window.read(start), (tally{3, 0, 1}));
  window.add(true, true, start);
  EXPECT_EQ(window.read(start), (tally{3, 1, 1}));
}

TEST(call_window, by_count_time_does_not_matter) {
  call_window window({.by = kind::count, .calls = 3});
  window.add(true, false, start);
  EXPECT_EQ(window.read(start + 1000h), (tally{1, 1, 0}));
}

TEST(call_window, by_time_a_call_leaves_one_span_after_the_begin_of_its_slice) {
  call_window window({.by = kind::time, .span = 10s, .slices = 10});
  window.add(true, false, start + 500ms);
  EXPECT_EQ(window.read(start + 10s - 1ns), (tally{1, 1, 0}));
  EXPECT_EQ(window.read(start + 10s), tally{});
}

TEST(call_window, by_time_a_long_silence_leaves_nothing) {
  call_window window({.by = kind::time, .span = 10s, .slices = 10});
  window.add(true, true, start);
  EXPECT_EQ(window.read(start + 1000h), tally{});
  window.add(false, true, start + 1000h);
  EXPECT_EQ(window.read(start + 1000h), (tally{1, 0, 1}));
}

TEST(call_window, cleared_it_counts_from_nothing) {
  for (const auto by : {kind::count, kind::time}) {
    call_window window({.by = by, .calls = 3});
    for (int i = 0; i < 5; ++i) window.add(true, true, start);
    window.clear();
    EXPECT_EQ(window.read(start), tally{});
    window.add(false, false, start);
    EXPECT_EQ(window.read(start), (tally{1, 0, 0}));
  }
}

TEST(call_window, a_window_of_no_calls_holds_one) {
  call_window window({.by = kind::count, .calls = 0});
  window.add(true, false, start);
  window.add(false, false, start);
  EXPECT_EQ(window.read(start), (tally{1, 0, 0}));
}

TEST(call_window, counts_what_a_list_of_all_calls_counts) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  test::dice roll(seed);
  call_window by_count({.by = kind::count, .calls = 37});
  call_window by_time({.by = kind::time, .span = 7s, .slices = 7});
  struct call {
    std::int64_t second;
    bool failed, slow;
  };
  std::deque<call> latest;
  std::deque<call> recent;
  auto now = start;
  for (int step = 0; step < 20'000; ++step) {
    now += roll.one_in(500) ? roll.upto(20s) : roll.upto(300ms);
    const auto second = std::chrono::duration_cast<std::chrono::seconds>(now - start).count();
    const call one{second, roll.one_in(3), roll.one_in(5)};
    by_count.add(one.failed, one.slow, now);
    by_time.add(one.failed, one.slow, now);
    latest.push_back(one);
    recent.push_back(one);
    if (latest.size() > 37) latest.pop_front();
    while (recent.front().second <= second - 7) recent.pop_front();
    const auto sum = [](const std::deque<call>& calls) {
      tally out;
      for (const auto& each : calls) {
        ++out.calls;
        out.failed += each.failed ? 1U : 0U;
        out.slow += each.slow ? 1U : 0U;
      }
      return out;
    };
    ASSERT_EQ(by_count.read(now), sum(latest)) << "step " << step;
    ASSERT_EQ(by_time.read(now), sum(recent)) << "step " << step;
  }
}

}  // namespace
}  // namespace troupe
