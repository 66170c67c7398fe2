#include "actors/resilience/forward_time.hpp"

#include <gtest/gtest.h>

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr time_point start = time_point{} + 1h;

TEST(forward_time, is_the_clock_while_the_clock_goes_forward) {
  forward_time time;
  EXPECT_EQ(time.at(start), start);
  EXPECT_EQ(time.at(start), start);
  EXPECT_EQ(time.at(start + 5h), start + 5h);
}

TEST(forward_time, stands_still_for_a_reading_that_is_late_by_up_to_a_second) {
  forward_time time;
  EXPECT_EQ(time.at(start), start);
  EXPECT_EQ(time.at(start - 1s), start);
  EXPECT_EQ(time.at(start + 1s), start + 1s) << "the late reading shifted nothing";
}

TEST(forward_time, goes_on_after_a_longer_step_back) {
  forward_time time;
  EXPECT_EQ(time.at(start), start);
  EXPECT_EQ(time.at(start - 30min), start);
  EXPECT_EQ(time.at(start - 30min + 3s), start + 3s);
  EXPECT_EQ(time.at(start - 31min), start + 3s) << "a second jump";
  EXPECT_EQ(time.at(start - 31min + 1s), start + 4s);
}

TEST(forward_time, a_step_back_of_one_nanosecond_more_than_a_second_is_a_jump) {
  forward_time time;
  EXPECT_EQ(time.at(start), start);
  EXPECT_EQ(time.at(start - 1s - 1ns), start);
  EXPECT_EQ(time.at(start - 1s), start + 1ns);
}

TEST(forward_time, deadlines_read_after_a_jump_keep_their_distance) {
  forward_time time;
  (void)time.at(start);
  const auto reading = start - 30min;
  const auto now = time.at(reading);
  EXPECT_EQ(time.ahead(reading + 2s) - now, 2s);
}

TEST(forward_time, a_due_time_is_told_in_readings_of_the_clock) {
  forward_time time;
  (void)time.at(start);
  const auto now = time.at(start - 30min);
  EXPECT_EQ(time.reading_at(now + 2s), start - 30min + 2s);
  EXPECT_EQ(time.at(time.reading_at(now + 2s)), now + 2s);
}

TEST(forward_time, the_last_time_there_is_stays_the_last) {
  forward_time time;
  (void)time.at(start);
  (void)time.at(start - 30min);
  EXPECT_EQ(time.ahead(time_point::max()), time_point::max());
  EXPECT_EQ(later(time_point::max() - 1s, 2s), time_point::max());
  EXPECT_EQ(later(start, 2s), start + 2s);
}

}  // namespace
}  // namespace troupe
