#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace troupe::report {

struct point {
  double x = 0;
  double y = 0;
};

/// One line of a chart; points in the order of x. A value that is no number leaves a gap.
struct curve {
  std::string name;
  std::string color;  // "#1f4e9c"
  std::vector<point> points;
  bool dashed = false;
};

/// What is drawn behind the curves, from one x to another.
struct stretch {
  double from = 0;
  double to = 0;
};

struct chart {
  std::string title;
  double from = 0;  // the axis of x
  double to = 1;
  std::string unit;      // of x, behind its numbers
  double least_top = 0;  // the axis of y goes from 0 to this at least
  std::vector<curve> curves;
  std::vector<stretch> stretches = {};
  double height = 140;
};

/// Moments in rows by name: what happened when.
struct event_row {
  std::string name;
  std::vector<double> at;
  bool good = false;
};

[[nodiscard]] std::string to_svg(const chart& what);
[[nodiscard]] std::string to_svg(const std::string& title, double from, double to,
                                 const std::vector<event_row>& rows);

/// A page that needs no network: `body` is HTML.
[[nodiscard]] std::string html_page(std::string_view title, std::string_view body);

[[nodiscard]] std::string html_escaped(std::string_view text);

/// With so many significant digits, as it stands on an axis.
[[nodiscard]] std::string short_number(double value, int digits = 3);

}  // namespace troupe::report
