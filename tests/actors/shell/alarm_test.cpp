#include "actors/shell/alarm.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr time_point start = time_point{} + 1h;

TEST(alarm, rings_at_the_earliest_of_what_was_asked_for) {
  alarm one;
  EXPECT_EQ(one.set(start + 10ms, start, 1ms), 10ms);
  EXPECT_EQ(one.set(start + 4ms, start, 1ms), 4ms);
}

TEST(alarm, sets_no_second_timer_for_what_an_earlier_one_sees) {
  alarm one;
  EXPECT_EQ(one.set(start + 4ms, start, 1ms), 4ms);
  EXPECT_EQ(one.set(start + 4ms, start, 1ms), std::nullopt);
  EXPECT_EQ(one.set(start + 10ms, start, 1ms), std::nullopt);
}

TEST(alarm, rings_no_sooner_than_the_shortest_time_also_for_what_is_overdue) {
  alarm one;
  EXPECT_EQ(one.set(start - 1s, start, 1ms), 1ms);
  EXPECT_EQ(one.set(start, start + 500us, 1ms), std::nullopt);
}

TEST(alarm, can_be_set_again_when_it_has_rung) {
  alarm one;
  EXPECT_EQ(one.set(start + 4ms, start, 1ms), 4ms);
  EXPECT_EQ(one.rang(start + 4ms), 0ms);
  EXPECT_EQ(one.set(start + 8ms, start + 4ms, 1ms), 4ms);
}

TEST(alarm, a_later_timer_that_rings_first_keeps_the_earlier_one) {
  alarm one;
  EXPECT_EQ(one.set(start + 10ms, start, 1ms), 10ms);
  EXPECT_EQ(one.set(start + 4ms, start, 1ms), 4ms);
  EXPECT_EQ(one.rang(start + 4ms), 0ms);
  EXPECT_EQ(one.set(start + 9ms, start + 4ms, 1ms), 5ms);
  EXPECT_EQ(one.rang(start + 8ms), 0ms) << "on a clock that went slower meanwhile";
  EXPECT_EQ(one.set(start + 20ms, start + 8ms, 1ms), std::nullopt);
}

TEST(alarm, tells_how_late_it_rang) {
  alarm one;
  EXPECT_EQ(one.set(start + 4ms, start, 1ms), 4ms);
  EXPECT_EQ(one.rang(start + 9ms), 5ms);
  EXPECT_EQ(one.set(start + 20ms, start + 9ms, 1ms), 11ms);
  EXPECT_EQ(one.rang(start + 15ms), 0ms) << "on a clock that went slower meanwhile";
}

TEST(alarm, the_last_timer_frees_it_whatever_the_clock_shows) {
  alarm one;
  EXPECT_EQ(one.set(start + 4ms, start, 1ms), 4ms);
  EXPECT_EQ(one.rang(start + 1ms), 0ms);
  EXPECT_EQ(one.set(start + 4ms, start + 1ms, 1ms), 3ms);
}

}  // namespace
}  // namespace troupe
