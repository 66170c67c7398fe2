#include "actors/sla/slice_window.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

namespace troupe {
namespace {

using namespace std::chrono_literals;

TEST(slice_window, a_day_has_8640_slices_and_less_than_one_slice_is_one) {
  EXPECT_EQ(slice_window(24h).slices(), 8640U);
  EXPECT_EQ(slice_window(25h).slices(), 8640U);
  EXPECT_EQ(slice_window(1s).slices(), 1U);
  EXPECT_EQ(slice_window(10s).slices(), 1U);
  EXPECT_EQ(slice_window(10s + 1ns).slices(), 2U);
}

TEST(slice_window, without_slices_nothing_is_bad) {
  const slice_window window(1min);
  EXPECT_EQ(window.covered(), 0U);
  EXPECT_EQ(window.last(100), window_counts{});
  EXPECT_EQ(window.total().bad_share(), 0);
}

TEST(slice_window, a_slice_leaves_exactly_one_window_after_it_came) {
  slice_window window(1min);
  window.add(100, {1, 2});
  window.add(105, {});
  EXPECT_EQ(window.total(), (window_counts{1, 2}));
  EXPECT_EQ(window.covered(), 6U);
  window.add(106, {});
  EXPECT_EQ(window.total(), window_counts{});
}

TEST(slice_window, a_slice_that_was_there_before_changes_nothing) {
  slice_window window(1min);
  window.add(7, {1, 0});
  window.add(7, {5, 5});
  window.add(3, {5, 5});
  EXPECT_EQ(window.total(), (window_counts{1, 0}));
  EXPECT_EQ(window.covered(), 1U);
}

TEST(slice_window, a_leap_over_many_windows_costs_no_more_than_one) {
  slice_window window(24h);
  window.add(0, {1, 1});
  window.add(std::int64_t{1} << 60, {2, 0});
  EXPECT_EQ(window.total(), (window_counts{2, 0}));
  EXPECT_EQ(window.covered(), 8640U);
}

TEST(slice_window, keeps_the_value_of_a_slice_and_none_for_those_passed_over) {
  slice_window window(1min);
  window.add(1, {1, 0}, 2.5F);
  window.add(3, {0, 1}, 7);
  EXPECT_EQ(window.value_at(0), 7);
  EXPECT_TRUE(std::isnan(window.value_at(1)));
  EXPECT_EQ(window.value_at(2), 2.5F);
}

TEST(slice_window, counts_what_a_list_of_all_slices_counts) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  slice_window window(10min);
  std::map<std::int64_t, slice_counts> all;
  std::int64_t now = 0;
  for (int step = 0; step < 5'000; ++step) {
    now += static_cast<std::int64_t>(1 + (random() % 20 == 0 ? random() % 90 : 0));
    const slice_counts counts{static_cast<std::uint32_t>(random() % 9),
                              static_cast<std::uint32_t>(random() % 3)};
    all[now] = counts;
    window.add(now, counts);
    const auto span = static_cast<std::int64_t>(1 + random() % 60);
    window_counts expected;
    for (auto at = all.upper_bound(now - span); at != all.end(); ++at) {
      expected.good += at->second.good;
      expected.bad += at->second.bad;
    }
    ASSERT_EQ(window.last(static_cast<std::size_t>(span)), expected);
    if (span == 60) {
      ASSERT_EQ(window.total(), expected);
    }
  }
}

}  // namespace
}  // namespace troupe
