#include "runtime/telemetry/metric_reader.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "runtime/telemetry/custom_metrics.hpp"

namespace troupe {
namespace {

objective watching(metric_kind kind, const std::string& metric, const std::string& of = "") {
  objective what;
  what.kind = kind;
  what.metric = *parse_selector(metric);
  if (!of.empty()) what.of = parse_selector(of);
  what.quantile = 0.9;
  return what;
}

class metric_reading : public testing::Test {
 protected:
  std::shared_ptr<metrics> all_ = std::make_shared<metrics>();
  custom_metrics own_{all_->registry()};
  metric_reader reader_{all_};
};

TEST_F(metric_reading, series_that_carry_the_labels_are_added_up) {
  all_->counter("hits_total", "h", {{"outcome", "hit"}, {"shard", "1"}}).Increment(3);
  all_->counter("hits_total", "h", {{"outcome", "hit"}, {"shard", "2"}}).Increment(4);
  all_->counter("hits_total", "h", {{"outcome", "miss"}, {"shard", "1"}}).Increment(5);
  const auto read =
      reader_.read(watching(metric_kind::counter, "hits_total{outcome=\"hit\"}", "hits_total"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->value, 7);
  EXPECT_EQ(read->of, 12);
}

TEST_F(metric_reading, a_counter_of_nothing_yet_is_zero_and_a_gauge_of_nothing_is_missing) {
  all_->counter("errors_total", "e", {{"code", "1"}}).Increment();
  all_->gauge("depth", "d", {{"queue", "a"}}).Set(2);
  EXPECT_EQ(reader_.read(watching(metric_kind::counter, "errors_total{code=\"2\"}"))->value, 0);
  EXPECT_FALSE(reader_.read(watching(metric_kind::gauge, "depth{queue=\"b\"}")));
}

TEST_F(metric_reading, what_is_asked_for_is_asked_each_time) {
  double value = 1;
  all_->read_gauge("now", "n", [&] { return value; });
  EXPECT_EQ(reader_.read(watching(metric_kind::gauge, "now"))->value, 1);
  value = 2;
  EXPECT_EQ(reader_.read(watching(metric_kind::gauge, "now"))->value, 2);
  all_->forget_readings();
  EXPECT_FALSE(reader_.read(watching(metric_kind::gauge, "now")));
}

TEST_F(metric_reading, a_metric_that_comes_later_is_found_soon_or_within_64_looks) {
  const auto what = watching(metric_kind::gauge, "late");
  EXPECT_FALSE(reader_.read(what));
  own_.gauge("late", "l", {})(5);
  int first = 1;
  while (!reader_.read(what) && first < 10) ++first;
  EXPECT_EQ(first, 4);

  const auto later = watching(metric_kind::gauge, "later");
  for (int look = 0; look < 1'000; ++look) EXPECT_FALSE(reader_.read(later));
  own_.gauge("later", "l", {})(5);
  int looks = 1;
  while (!reader_.read(later) && looks < 1'000) ++looks;
  EXPECT_LE(looks, 64);
}

TEST_F(metric_reading, values_are_of_now_and_a_later_series_counts_within_eight_reads) {
  auto& first = all_->counter("served_total", "s", {{"by", "1"}});
  const auto what = watching(metric_kind::counter, "served_total");
  EXPECT_EQ(reader_.read(what)->value, 0);
  first.Increment(2);
  EXPECT_EQ(reader_.read(what)->value, 2);
  auto& second = all_->counter("served_total", "s", {{"by", "2"}});
  for (int reads = 0; reads < 8; ++reads) (void)reader_.read(what);
  second.Increment(3);
  EXPECT_EQ(reader_.read(what)->value, 5);
}

TEST_F(metric_reading, a_metric_of_another_kind_is_missing) {
  own_.gauge("depth", "d", {})(5);
  EXPECT_FALSE(reader_.read(watching(metric_kind::counter, "depth")));
}

TEST_F(metric_reading, a_histogram_is_read_with_its_bounds) {
  const auto observe = own_.histogram("size", "s", {1, 2}, {});
  for (const auto seen : {0.5, 1.0, 1.5, 9.0}) observe(seen);
  const auto read = reader_.read(watching(metric_kind::histogram, "size"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->bounds, (std::vector<double>{1, 2}));
  EXPECT_EQ(read->cumulative, (std::vector<double>{2, 3, 4}));
}

TEST_F(metric_reading, a_summary_is_read_at_its_quantile_and_another_is_no_number) {
  const auto observe = own_.summary("wait", "w", {0.9}, {});
  for (int i = 1; i <= 100; ++i) observe(i);
  auto what = watching(metric_kind::summary, "wait");
  EXPECT_NEAR(reader_.read(what)->value, 90, 3);
  what.quantile = 0.5;
  EXPECT_TRUE(std::isnan(reader_.read(what)->value));
}

TEST_F(metric_reading, own_metrics_are_checked) {
  EXPECT_THROW((void)own_.gauge("troupe_mine", "m", {}), std::invalid_argument);
  EXPECT_THROW((void)own_.gauge("9", "m", {}), std::invalid_argument);
  EXPECT_THROW((void)own_.histogram("h", "m", {2, 1}, {}), std::invalid_argument);
  EXPECT_THROW((void)own_.histogram("h", "m", {}, {}), std::invalid_argument);
  EXPECT_THROW((void)own_.summary("s", "m", {1}, {}), std::invalid_argument);
  EXPECT_THROW((void)own_.summary("s", "m", {}, {}), std::invalid_argument);
  const auto twice = own_.counter("c_total", "m", {});
  twice(1);
  own_.counter("c_total", "m", {})(1);
  twice(-5);
  twice(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(reader_.read(watching(metric_kind::counter, "c_total"))->value, 2);
}

TEST_F(metric_reading, own_metrics_are_bounded) {
  for (std::size_t i = 0; i < custom_metrics::most; ++i) {
    (void)own_.gauge("many", "m", {{"n", std::to_string(i)}});
  }
  EXPECT_THROW((void)own_.gauge("one_more", "m", {}), std::invalid_argument);
  EXPECT_NO_THROW((void)own_.gauge("many", "m", {{"n", "7"}}));
}

}  // namespace
}  // namespace troupe
