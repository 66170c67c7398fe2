#include "actors/sla/indicator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{1h};

objective of(metric_kind kind, aggregation by, comparison op, double threshold) {
  objective what;
  what.metric = metric_selector{"m", {}};
  what.kind = kind;
  what.by = by;
  what.op = op;
  what.threshold = threshold;
  return what;
}

metric_sample total(double value, double denominator = 0) { return {value, denominator, {}, {}}; }

/// The slice that holds these samples, one a second.
indicator::slice slice_of(const objective& what, const std::vector<metric_sample>& samples) {
  indicator made(what);
  auto now = start;
  for (const auto& one : samples) {
    EXPECT_FALSE(made.take(one, now));
    now += 1s;
  }
  const auto done = made.pass(start + 10s);
  EXPECT_TRUE(done);
  return done.value_or(indicator::slice{});
}

TEST(indicator, a_gauge_counts_by_its_worst_sample) {
  const auto at_most = of(metric_kind::gauge, aggregation::value, comparison::at_most, 5);
  EXPECT_EQ(slice_of(at_most, {total(1), total(5)}).counts, (slice_counts{1, 0}));
  EXPECT_EQ(slice_of(at_most, {total(1), total(6), total(2)}).counts, (slice_counts{0, 1}));
  const auto at_least = of(metric_kind::gauge, aggregation::value, comparison::at_least, 5);
  EXPECT_EQ(slice_of(at_least, {total(9), total(4), total(8)}).value, 4);
}

TEST(indicator, a_slice_ends_exactly_ten_seconds_after_it_began) {
  indicator made(of(metric_kind::gauge, aggregation::value, comparison::at_most, 5));
  EXPECT_FALSE(made.take(total(1), start));
  EXPECT_FALSE(made.take(total(2), start + 10s - 1ns));
  const auto done = made.take(total(9), start + 10s);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->value, 2);
  EXPECT_EQ(done->number, 360);
}

TEST(indicator, a_rate_is_the_increase_per_second_between_samples) {
  const auto what = of(metric_kind::counter, aggregation::rate, comparison::below, 3);
  EXPECT_EQ(slice_of(what, {total(100), total(103), total(106)}).value, 3);
  EXPECT_EQ(slice_of(what, {total(100), total(103), total(106)}).counts, (slice_counts{0, 1}));
}

TEST(indicator, the_first_total_of_a_counter_is_where_counting_begins) {
  const auto what = of(metric_kind::counter, aggregation::rate, comparison::below, 3);
  const auto first = slice_of(what, {total(1e6)});
  EXPECT_FALSE(first.value);
  EXPECT_EQ(first.counts, slice_counts{});
}

TEST(indicator, a_counter_that_was_reset_counts_from_zero) {
  const auto what = of(metric_kind::counter, aggregation::rate, comparison::below, 100);
  EXPECT_EQ(slice_of(what, {total(1000), total(4)}).value, 4);
  const auto share = of(metric_kind::counter, aggregation::share, comparison::at_least, 0);
  EXPECT_EQ(slice_of(share, {total(990, 1000), total(995, 1005), total(2, 5)}).counts,
            (slice_counts{7, 3}));
}

TEST(indicator, a_silence_of_more_than_a_minute_has_no_rate_but_its_events_count) {
  indicator rate(of(metric_kind::counter, aggregation::rate, comparison::at_least, 1));
  EXPECT_FALSE(rate.take(total(0), start));
  const auto before = rate.take(total(100), start + 301s);
  ASSERT_TRUE(before);
  const auto done = rate.pass(start + 320s);
  ASSERT_TRUE(done);
  EXPECT_FALSE(done->value);

  indicator share(of(metric_kind::counter, aggregation::share, comparison::at_least, 0));
  EXPECT_FALSE(share.take(total(0, 0), start));
  EXPECT_TRUE(share.take(total(90, 100), start + 301s));
  EXPECT_EQ(share.pass(start + 320s)->counts, (slice_counts{90, 10}));
}

TEST(indicator, a_rate_over_exactly_a_minute_is_one) {
  indicator rate(of(metric_kind::counter, aggregation::rate, comparison::at_least, 1));
  EXPECT_FALSE(rate.take(total(0), start));
  EXPECT_TRUE(rate.take(total(120), start + 60s));
  EXPECT_EQ(rate.pass(start + 70s)->value, 2);
}

TEST(indicator, a_ratio_needs_a_denominator_that_moved) {
  const auto what = of(metric_kind::counter, aggregation::ratio, comparison::at_least, 0.5);
  EXPECT_EQ(slice_of(what, {total(0, 0), total(1, 2)}).counts, (slice_counts{1, 0}));
  EXPECT_EQ(slice_of(what, {total(0, 0), total(0, 2)}).counts, (slice_counts{0, 1}));
  EXPECT_EQ(slice_of(what, {total(5, 9), total(5, 9)}).counts, slice_counts{});
}

TEST(indicator, an_event_seen_by_one_counter_a_moment_before_the_other_is_counted_once) {
  const auto what = of(metric_kind::counter, aggregation::share, comparison::at_least, 0);
  // 10 events, all good; the denominator is a step ahead, then behind.
  EXPECT_EQ(slice_of(what, {total(0, 0), total(3, 4), total(6, 6), total(8, 7), total(10, 10)})
                .counts.bad,
            1U);
  // What only seemed bad is not counted again later.
  EXPECT_EQ(
      slice_of(what, {total(0, 0), total(3, 4), total(4, 4), total(4, 5), total(5, 5)}).counts.bad,
      1U);
}

metric_sample observed(double fast, double slow, double slower) {
  return {0, 0, {0.1, 1}, {fast, fast + slow, fast + slow + slower}};
}

TEST(indicator, a_quantile_is_linear_inside_its_bucket) {
  auto what = of(metric_kind::histogram, aggregation::quantile, comparison::at_most, 0.5);
  what.quantile = 0.5;
  EXPECT_DOUBLE_EQ(*slice_of(what, {observed(0, 0, 0), observed(10, 0, 0)}).value, 0.05);
  EXPECT_DOUBLE_EQ(*slice_of(what, {observed(0, 0, 0), observed(0, 10, 0)}).value, 0.55);
  EXPECT_DOUBLE_EQ(*slice_of(what, {observed(0, 0, 0), observed(5, 5, 0)}).value, 0.1);
}

TEST(indicator, a_quantile_beyond_the_last_bound_is_that_bound) {
  auto what = of(metric_kind::histogram, aggregation::quantile, comparison::at_most, 0.5);
  EXPECT_DOUBLE_EQ(*slice_of(what, {observed(0, 0, 0), observed(0, 0, 10)}).value, 1);
}

TEST(indicator, a_histogram_without_observations_has_no_quantile) {
  const auto what = of(metric_kind::histogram, aggregation::quantile, comparison::at_most, 0.5);
  const auto done = slice_of(what, {observed(3, 0, 0), observed(3, 0, 0)});
  EXPECT_FALSE(done.value);
  EXPECT_EQ(done.counts, slice_counts{});
}

TEST(indicator, the_share_of_a_histogram_counts_observations_up_to_the_thresholds_bucket) {
  auto what = of(metric_kind::histogram, aggregation::share, comparison::at_most, 0.1);
  const std::vector samples{observed(0, 0, 0), observed(6, 3, 1)};
  EXPECT_EQ(slice_of(what, samples).counts, (slice_counts{6, 4}));
  what.threshold = 0.99;  // inside the second bucket: only the first is surely below
  EXPECT_EQ(slice_of(what, samples).counts, (slice_counts{6, 4}));
  what.threshold = 1;
  EXPECT_EQ(slice_of(what, samples).counts, (slice_counts{9, 1}));
  what.threshold = 0.05;
  EXPECT_EQ(slice_of(what, samples).counts, (slice_counts{0, 10}));
}

TEST(indicator, a_histogram_that_was_reset_counts_from_zero) {
  const auto what = of(metric_kind::histogram, aggregation::share, comparison::at_most, 0.1);
  EXPECT_EQ(slice_of(what, {observed(50, 9, 9), observed(2, 1, 0)}).counts, (slice_counts{2, 1}));
}

TEST(indicator, a_summary_says_its_quantile_itself) {
  const auto what = of(metric_kind::summary, aggregation::quantile, comparison::below, 3);
  EXPECT_EQ(slice_of(what, {total(1), total(2)}).counts, (slice_counts{1, 0}));
  EXPECT_EQ(slice_of(what, {total(1), total(3), total(1)}).counts, (slice_counts{0, 1}));
}

TEST(indicator, what_is_no_number_is_not_usable) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(indicator::is_usable(total(1, 2)));
  EXPECT_FALSE(indicator::is_usable(total(nan)));
  EXPECT_FALSE(indicator::is_usable(total(infinity)));
  EXPECT_FALSE(indicator::is_usable(total(1, nan)));
  EXPECT_FALSE(indicator::is_usable({0, 0, {1}, {1, nan}}));
  EXPECT_FALSE(indicator::is_usable({0, 0, {1, 2}, {1, 2}}));
  EXPECT_TRUE(indicator::is_usable({0, 0, {1, 2}, {1, 2, 3}}));
}

}  // namespace
}  // namespace troupe
