#include "actors/resilience/overload_gate.hpp"

#include <gtest/gtest.h>

#include "tests/actors/resilience/dice.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr time_point start = time_point{} + 1h;

TEST(overload_gate, falls_when_a_tenth_is_refused_and_not_before) {
  overload_gate gate({});
  gate.record(181, 19, start);
  EXPECT_FALSE(gate.overloaded(start)) << "9.5 %";
  gate.record(0, 2, start);
  EXPECT_TRUE(gate.overloaded(start)) << "21 of 202";
}

TEST(overload_gate, few_requests_prove_nothing) {
  overload_gate gate({});
  gate.record(0, 19, start);
  EXPECT_FALSE(gate.overloaded(start));
  gate.record(0, 1, start);
  EXPECT_TRUE(gate.overloaded(start));
}

TEST(overload_gate, what_was_refused_longer_ago_than_two_seconds_does_not_count) {
  overload_gate gate({});
  gate.record(0, 100, start);
  gate.record(100, 0, start + 2s);
  EXPECT_FALSE(gate.overloaded(start + 2s));
}

TEST(overload_gate, rises_after_five_seconds_without_refusals_also_when_nothing_is_asked) {
  overload_gate gate({});
  gate.record(0, 100, start);
  ASSERT_TRUE(gate.overloaded(start));
  EXPECT_TRUE(gate.overloaded(start + 5s - 1ns));
  EXPECT_FALSE(gate.overloaded(start + 5s));
}

TEST(overload_gate, stays_down_while_more_than_one_in_a_hundred_is_refused) {
  overload_gate gate({});
  gate.record(0, 100, start);
  ASSERT_TRUE(gate.overloaded(start));
  for (int second = 1; second <= 60; ++second) gate.record(98, 2, start + second * 1s);
  EXPECT_TRUE(gate.overloaded(start + 60s));
  for (int second = 61; second <= 70; ++second) gate.record(99, 1, start + second * 1s);
  EXPECT_FALSE(gate.overloaded(start + 70s));
}

TEST(overload_gate, under_any_load_it_changes_at_most_twice_in_five_seconds) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    test::dice dice(seed);
    overload_gate gate({});
    bool before = false;
    std::vector<time_point> falls;
    auto now = start;
    for (int step = 0; step < 2000; ++step) {
      now += dice.upto(200ms);
      gate.record(dice.below(50), dice.one_in(3) ? dice.below(50) : 0, now);
      const bool after = gate.overloaded(now);
      if (after && !before) {
        if (!falls.empty()) {
          ASSERT_GE(now - falls.back(), 5s);
        }
        falls.push_back(now);
      }
      before = after;
    }
  }
}

TEST(overload_gate, a_clock_that_jumps_back_delays_nothing) {
  overload_gate gate({});
  gate.record(0, 100, start);
  ASSERT_TRUE(gate.overloaded(start));
  EXPECT_TRUE(gate.overloaded(start - 300s));
  EXPECT_FALSE(gate.overloaded(start - 300s + 5s));
}

}  // namespace
}  // namespace troupe
