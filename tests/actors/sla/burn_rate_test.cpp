#include "actors/sla/burn_rate.hpp"

#include <gtest/gtest.h>

namespace troupe {
namespace {

using namespace std::chrono_literals;

objective asked(duration window, double target) {
  objective what;
  what.window = window;
  what.target = target;
  return what;
}

TEST(burn_windows, the_workbooks_thirty_days_shrink_to_one) {
  EXPECT_EQ(page_windows(asked(24h, 0.999)), (burn_windows{2min, 10s, 14.4}));
  EXPECT_EQ(ticket_windows(asked(24h, 0.999)), (burn_windows{12min, 1min, 6}));
}

TEST(burn_windows, are_never_shorter_than_a_minute_and_a_slice) {
  EXPECT_EQ(page_windows(asked(1h, 0.999)), (burn_windows{1min, 10s, 14.4}));
  EXPECT_EQ(ticket_windows(asked(5min, 0.999)), (burn_windows{1min, 10s, 6}));
}

TEST(burn_windows, are_whole_slices) {
  EXPECT_EQ(ticket_windows(asked(23h, 0.999)).long_window, 11min + 30s);
  EXPECT_EQ(ticket_windows(asked(22h + 59min, 0.999)).short_window, 1min);
}

TEST(why_never, a_factor_that_even_a_total_failure_does_not_reach_is_refused) {
  auto what = asked(24h, 0.9);
  what.page_factor = 9.99;
  EXPECT_EQ(why_never(page_windows(what), what), "");
  what.page_factor = 10;
  EXPECT_EQ(why_never(page_windows(what), what),
            "a burn rate above 10 never comes: with target 0.9 it is at most 10, when every event "
            "is bad; set a smaller factor");
}

TEST(why_never, a_factor_that_speaks_after_the_budget_is_gone_is_refused) {
  auto what = asked(10min, 0.999);
  what.page_factor = 10;  // one minute at 10 is all of ten minutes
  EXPECT_EQ(why_never(page_windows(what), what), "");
  what.page_factor = 10.1;
  EXPECT_EQ(why_never(page_windows(what), what),
            "the budget is gone before 10.1 fires: its long window is 10 % of the objective's; "
            "set a factor of at most 10, or a longer window");
}

TEST(read_burn, fires_only_while_both_windows_burn_faster_than_the_factor) {
  const burn_windows windows{1min, 10s, 10};
  slice_window seen(1h);
  std::int64_t slice = 0;
  const auto add = [&](int slices, slice_counts counts) {
    for (int i = 0; i < slices; ++i) seen.add(slice++, counts);
  };
  add(60, {1000, 0});
  EXPECT_EQ(read_burn(seen, windows, 0.99), burn_reading{});
  add(1, {800, 200});  // the short window burns at 20, the long one not yet at 10
  EXPECT_NEAR(read_burn(seen, windows, 0.99).short_rate, 20, 1e-9);
  EXPECT_FALSE(read_burn(seen, windows, 0.99).fires);
  add(3, {800, 200});
  EXPECT_TRUE(read_burn(seen, windows, 0.99).fires);
  add(1, {1000, 0});  // over: the long one still burns
  EXPECT_GT(read_burn(seen, windows, 0.99).long_rate, 10);
  EXPECT_FALSE(read_burn(seen, windows, 0.99).fires);
}

TEST(read_burn, empty_windows_burn_nothing) {
  slice_window seen(1h);
  EXPECT_EQ(read_burn(seen, {1min, 10s, 2}, 0.99), burn_reading{});
  seen.add(0, {});
  EXPECT_EQ(read_burn(seen, {1min, 10s, 2}, 0.99), burn_reading{});
}

}  // namespace
}  // namespace troupe
