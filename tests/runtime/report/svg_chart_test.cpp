#include "runtime/report/svg_chart.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace troupe::report {
namespace {

std::size_t times(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

TEST(svg_chart, draws_a_line_for_each_curve_with_its_name) {
  const auto drawn =
      to_svg({"a & b",
              0,
              10,
              "s",
              1,
              {{"one", "#111111", {{0, 1}, {10, 2}}}, {"two", "#222222", {{0, 0}}, true}}});
  EXPECT_EQ(times(drawn, "<polyline"), 2U);
  EXPECT_EQ(times(drawn, "stroke-dasharray"), 1U);
  EXPECT_NE(drawn.find("a &amp; b"), std::string::npos);
  EXPECT_NE(drawn.find("10 s</text>"), std::string::npos);
}

TEST(svg_chart, what_is_no_number_leaves_a_gap) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto drawn =
      to_svg({"t", 0, 3, "h", 0, {{"c", "#111111", {{0, 1}, {1, nan}, {2, 1}, {3, 1}}}}});
  EXPECT_EQ(times(drawn, "<polyline"), 2U);
  EXPECT_EQ(drawn.find("nan"), std::string::npos);
}

TEST(svg_chart, without_points_or_width_it_is_still_a_drawing) {
  const auto drawn = to_svg({"t", 5, 5, "s", 0, {}});
  EXPECT_TRUE(drawn.starts_with("<svg"));
  EXPECT_TRUE(drawn.ends_with("</svg>\n"));
  EXPECT_EQ(drawn.find("nan"), std::string::npos);
  EXPECT_EQ(drawn.find("inf"), std::string::npos);
}

TEST(svg_chart, ticks_that_nobody_could_tell_apart_are_one) {
  const auto drawn = to_svg("events", 0, 100, {{"crash", {1, 1.01, 50}}, {"restart", {2}, true}});
  EXPECT_EQ(times(drawn, "class=\"bad\""), 2U);
  EXPECT_EQ(times(drawn, "class=\"good\""), 1U);
}

TEST(html_page, escapes_its_title) {
  EXPECT_NE(html_page("<x>", "<p>y</p>").find("<title>&lt;x&gt;</title>"), std::string::npos);
}

}  // namespace
}  // namespace troupe::report
