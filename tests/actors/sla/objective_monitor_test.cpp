#include "actors/sla/objective_monitor.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{24h};

objective gauge_at_most(double threshold, duration window = 10min, double target = 0.9) {
  objective what;
  what.name = "memory";
  what.metric = metric_selector{"m", {}};
  what.threshold = threshold;
  what.window = window;
  what.target = target;
  what.page_factor = 9;
  what.ticket_factor = 5;
  return what;
}

/// One sample a second, on a clock that a test may set.
struct watch {
  explicit watch(const objective& what) : monitor(what) {}

  void run(duration lasts, double value) {
    for (const auto end = now + lasts; now < end; now += 1s) {
      monitor.sample(metric_sample{value, 0, {}, {}}, now);
    }
  }
  void run_without(duration lasts) {
    for (const auto end = now + lasts; now < end; now += 1s) monitor.sample({}, now);
  }

  objective_monitor monitor;
  time_point now = start;
};

TEST(objective_monitor, is_ok_while_every_slice_is_good) {
  watch all(gauge_at_most(5));
  all.run(11min, 5);
  const auto status = all.monitor.status();
  EXPECT_EQ(status.state, objective_state::ok);
  EXPECT_EQ(status.good, 60U);
  EXPECT_EQ(status.bad, 0U);
  EXPECT_EQ(status.covered, 10min);
  EXPECT_EQ(status.value, 5);
  EXPECT_EQ(status.compliance(), 1);
  EXPECT_TRUE(status.violations.empty());
}

TEST(objective_monitor, is_at_risk_before_it_is_violated) {
  watch all(gauge_at_most(5));
  all.run(10min, 1);
  std::vector<objective_state> seen{all.monitor.state()};
  for (int i = 0; i < 90; ++i) {
    all.run(1s, 7);
    if (all.monitor.state() != seen.back()) seen.push_back(all.monitor.state());
  }
  EXPECT_EQ(seen, (std::vector{objective_state::ok, objective_state::at_risk,
                               objective_state::violated}));
}

TEST(objective_monitor, a_violation_has_begin_end_and_worst_value) {
  watch all(gauge_at_most(5));
  all.run(10min, 1);
  all.run(30s, 7);
  all.run(10s, 42);
  all.run(60s, 7);  // more than the 6 bad slices that 10 minutes allow
  const auto begun = all.monitor.status();
  ASSERT_EQ(begun.state, objective_state::violated);
  ASSERT_EQ(begun.violations.size(), 1U);
  EXPECT_FALSE(begun.violations[0].end);
  EXPECT_EQ(begun.violations[0].worst, 42);
  EXPECT_EQ(begun.violations[0].begin, start + 10min + 70s);  // when the seventh was over
  all.run(15min, 1);
  const auto over = all.monitor.status();
  EXPECT_EQ(over.state, objective_state::ok);
  ASSERT_TRUE(over.violations[0].end);
  // Ten bad slices; the fourth has left ten minutes after it ended.
  EXPECT_EQ(*over.violations[0].end, start + 20min + 40s);
  EXPECT_EQ(over.violations_total, 1U);
}

TEST(objective_monitor, keeps_the_newest_violations_and_counts_all) {
  watch all(gauge_at_most(5, 1min, 0.5));
  for (int i = 0; i < 40; ++i) {
    all.run(1min, 9);
    all.run(2min, 1);
  }
  const auto status = all.monitor.status();
  EXPECT_EQ(status.violations.size(), objective_monitor::violations_kept);
  EXPECT_EQ(status.violations_total, 40U);
}

TEST(objective_monitor, a_metric_that_never_comes_is_silent_after_a_minute) {
  watch all(gauge_at_most(5));
  all.run_without(60s);
  EXPECT_FALSE(all.monitor.status().silent);
  all.run_without(1s);
  const auto status = all.monitor.status();
  EXPECT_TRUE(status.silent);
  EXPECT_EQ(status.missing, 61U);
  EXPECT_EQ(status.state, objective_state::ok);
  EXPECT_FALSE(status.value);
}

TEST(objective_monitor, what_is_no_number_is_counted_and_changes_nothing) {
  watch all(gauge_at_most(5));
  all.run(5min, 1);
  all.run(61s, std::numeric_limits<double>::quiet_NaN());
  const auto status = all.monitor.status();
  EXPECT_EQ(status.unusable, 61U);
  EXPECT_EQ(status.bad, 0U);
  EXPECT_EQ(status.good, 30U);
  EXPECT_TRUE(status.silent);
}

TEST(objective_monitor, clock_jumps_of_five_minutes_change_no_verdict) {
  for (const auto jump : {duration(-300s), duration(300s)}) {
    for (const auto value : {1.0, 9.0}) {
      watch all(gauge_at_most(5, 1h));
      all.run(59min, value);
      const auto before = all.monitor.state();
      all.now += jump;
      all.run(20s, value);
      EXPECT_EQ(all.monitor.state(), before) << jump.count() << ' ' << value;
      all.now -= jump;
      all.run(5min, value);
      EXPECT_EQ(all.monitor.state(), before) << jump.count() << ' ' << value;
      EXPECT_EQ(value > 5, all.monitor.status().good == 0);
      EXPECT_FALSE(all.monitor.status().silent);
    }
  }
}

TEST(objective_monitor, a_rate_is_not_wrong_for_a_jump_of_the_clock) {
  auto what = gauge_at_most(0, 1h, 0.99);
  what.kind = metric_kind::counter;
  what.by = aggregation::rate;
  what.op = comparison::at_least;
  what.threshold = 0.9;  // one a second comes in
  objective_monitor monitor(what);
  double total = 0;
  auto now = start;
  for (int i = 0; i < 1'000; ++i) {
    if (i == 300) now += 300s;
    if (i == 600) now -= 300s;
    monitor.sample(metric_sample{total++, 0, {}, {}}, now);
    now += 1s;
  }
  EXPECT_EQ(monitor.status().bad, 0U);
  EXPECT_GT(monitor.status().good, 90U);
}

TEST(objective_monitor, its_history_has_the_same_events_as_the_window) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  watch all(gauge_at_most(5, 24h));
  for (int i = 0; i < 2'000; ++i) {
    all.monitor.sample(metric_sample{static_cast<double>(random() % 8), 0, {}, {}}, all.now);
    all.now += std::chrono::seconds(1 + random() % 40);
  }
  const auto status = all.monitor.status();
  EXPECT_LE(status.history.size(), objective_monitor::stretches);
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
  for (const auto& one : status.history) {
    good += one.good;
    bad += one.bad;
    EXPECT_EQ(one.bad > 0, one.worst && *one.worst > 5);
  }
  EXPECT_EQ(good, status.good);
  EXPECT_EQ(bad, status.bad);
}

}  // namespace
}  // namespace troupe
