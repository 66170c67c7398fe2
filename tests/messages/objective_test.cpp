#include "messages/objective.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace troupe {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(comparison, each_operator_decides_at_its_exact_edge) {
  const double next_below = std::nextafter(5.0, 0.0);
  const double next_above = std::nextafter(5.0, 9.0);
  using enum comparison;
  EXPECT_TRUE(holds(5, at_least, 5));
  EXPECT_FALSE(holds(next_below, at_least, 5));
  EXPECT_TRUE(holds(5, at_most, 5));
  EXPECT_FALSE(holds(next_above, at_most, 5));
  EXPECT_TRUE(holds(5, equal, 5));
  EXPECT_FALSE(holds(next_above, equal, 5));
  EXPECT_FALSE(holds(next_below, equal, 5));
  EXPECT_FALSE(holds(5, above, 5));
  EXPECT_TRUE(holds(next_above, above, 5));
  EXPECT_FALSE(holds(5, below, 5));
  EXPECT_TRUE(holds(next_below, below, 5));
}

TEST(comparison, what_is_no_number_never_holds) {
  using enum comparison;
  for (const auto op : {at_least, at_most, equal, above, below}) {
    EXPECT_FALSE(holds(nan, op, 5)) << to_string(op);
    EXPECT_FALSE(holds(5, op, nan)) << to_string(op);
  }
  EXPECT_TRUE(holds(infinity, at_least, 5));
  EXPECT_FALSE(holds(infinity, at_most, 5));
}

TEST(comparison, worse_is_further_from_holding) {
  using enum comparison;
  EXPECT_TRUE(is_worse(1, 2, at_least, 3));
  EXPECT_FALSE(is_worse(2, 1, above, 3));
  EXPECT_TRUE(is_worse(9, 8, at_most, 3));
  EXPECT_TRUE(is_worse(9, 8, below, 3));
  EXPECT_TRUE(is_worse(1, 4, equal, 3));
  EXPECT_FALSE(is_worse(4, 4, equal, 3));
}

TEST(metric_selector, reads_back_what_it_writes) {
  for (const auto* text : {"a", "a:b_c9", "hits_total{outcome=\"hit\"}",
                           "x{a=\"1\",b=\"two words, {and} more\"}", "x{a=\"\"}"}) {
    const auto read = parse_selector(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(to_string(*read), text);
  }
}

TEST(metric_selector, refuses_what_is_none) {
  for (const auto* text :
       {"", "9a", "a b", "a{", "a{}", "a{b}", "a{b=}", "a{b=c}", "a{b=\"c}", "a{b=\"c\"",
        "a{b=\"c\"}d", "a{b=\"c\",}", "a{b!=\"c\"}", "a{b=\"\\\"\"}", "a{=\"c\"}", "{a=\"b\"}"}) {
    EXPECT_FALSE(parse_selector(text)) << text;
  }
}

TEST(objective_words, read_back_what_they_write) {
  using enum comparison;
  for (const auto op : {at_least, at_most, equal, above, below}) {
    EXPECT_EQ(comparison_named(to_string(op)), op);
  }
  for (const auto kind :
       {metric_kind::gauge, metric_kind::counter, metric_kind::histogram, metric_kind::summary}) {
    EXPECT_EQ(metric_kind_named(to_string(kind)), kind);
  }
  for (const auto by : {aggregation::value, aggregation::rate, aggregation::ratio,
                        aggregation::quantile, aggregation::share}) {
    EXPECT_EQ(aggregation_named(to_string(by)), by);
  }
  EXPECT_FALSE(comparison_named("=>"));
  EXPECT_FALSE(metric_kind_named("guage"));
}

TEST(objective_words, an_objective_says_itself_in_one_line) {
  objective what;
  what.metric = *parse_selector("troupe_request_seconds");
  what.kind = metric_kind::histogram;
  what.by = aggregation::quantile;
  what.threshold = 0.1;
  EXPECT_EQ(describe(what), "quantile 0.99 of troupe_request_seconds <= 0.1, 99 % of 24 h");
  what.by = aggregation::share;
  what.kind = metric_kind::counter;
  what.of = parse_selector("all");
  what.target = 0.999;
  what.window = std::chrono::minutes(90);
  EXPECT_EQ(describe(what), "share of troupe_request_seconds in all, 99.9 % of 90 min");
}

}  // namespace
}  // namespace troupe
