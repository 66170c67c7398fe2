#include "runtime/report/svg_chart.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace troupe::report {

namespace {

// In the units of the drawing; the browser scales it to the page.
constexpr double width = 900;
constexpr double left = 70;
constexpr double top = 20;
constexpr double key_width = 150;

constexpr std::string_view style = R"(<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; } table { border-collapse: collapse; }
td, th { padding: .1rem 1.2rem .1rem 0; text-align: left; } pre { padding: 1em; overflow: auto; }
.verdict { font-weight: 700; padding: .1rem .6rem; border-radius: .3rem; color: #fff; }
.PASS, .ok { background: #1a7f37; } .FAIL, .violated { background: #b42318; }
.INCONCLUSIVE, .at_risk { background: #7a5c00; }
svg { width: 100%; margin: .6rem 0; } .title { font-weight: 600; font-size: 12px; fill: currentColor; }
.axis, .key { font-size: 10px; } .axis { fill: gray; } .grid { stroke: gray; stroke-opacity: .25; }
.disturbed { fill: #b42318; fill-opacity: .08; } .bad { fill: #b42318; } .good { fill: #1a7f37; }
</style>)";

class canvas {
 public:
  canvas(const std::string& title, double from, double to, double height)
      : from_(from), span_(to > from ? to - from : 1), height_(height) {
    out_ << "<svg viewBox=\"0 0 " << left + width + 10 << ' ' << height + 40
         << "\" role=\"img\" aria-label=\"" << html_escaped(title)
         << "\">\n<text class=\"title\" x=\"" << left << "\" y=\"12\">" << html_escaped(title)
         << "</text>\n";
  }

  [[nodiscard]] std::string finish() {
    out_ << "</svg>\n";
    return std::move(out_).str();
  }

  void stretch_over(const stretch& one) {
    const auto begin = std::clamp(x_of(one.from), left, left + width);
    const auto end = std::clamp(x_of(one.to), left, left + width);
    out_ << "<rect class=\"disturbed\" x=\"" << short_number(begin, 5) << "\" y=\"" << top
         << "\" width=\"" << short_number(end - begin, 5) << "\" height=\"" << height_ << "\"/>\n";
  }

  void grid(double highest) {
    for (const auto share : {0.0, 0.5, 1.0}) {
      const auto y = top + height_ * (1 - share);
      out_ << "<line class=\"grid\" x1=\"" << left << "\" x2=\"" << left + width << "\" y1=\"" << y
           << "\" y2=\"" << y << "\"/><text class=\"axis\" text-anchor=\"end\" x=\"" << left - 6
           << "\" y=\"" << y + 4 << "\">" << short_number(highest * share) << "</text>\n";
    }
  }

  void line(const curve& one, double highest, double key_at) {
    std::string run;
    for (const auto& at : one.points) {
      if (!std::isfinite(at.y)) {
        polyline(one, run);
        run.clear();
        continue;
      }
      run += short_number(x_of(at.x), 5);
      run += ',';
      run += short_number(top + height_ * (1 - std::clamp(at.y / highest, 0.0, 1.0)), 5);
      run += ' ';
    }
    polyline(one, run);
    out_ << "<text class=\"key\" x=\"" << key_at << "\" y=\"12\" fill=\"" << one.color << "\">"
         << html_escaped(one.name) << "</text>\n";
  }

  void axis(const std::string& unit) {
    for (int i = 0; i <= 10; ++i) {
      const auto at = from_ + span_ * i / 10;
      out_ << "<text class=\"axis\" text-anchor=\"middle\" x=\"" << short_number(x_of(at), 5)
           << "\" y=\"" << height_ + 34 << "\">" << short_number(at) << ' ' << html_escaped(unit)
           << "</text>";
    }
    out_ << '\n';
  }

  void ticks(const event_row& row, double y) {
    out_ << "<text class=\"axis\" text-anchor=\"end\" x=\"" << left - 6 << "\" y=\"" << y + 9
         << "\">" << html_escaped(row.name.substr(0, 12)) << "</text>";
    double before = -1;
    for (const auto at : row.at) {
      const auto x = x_of(at);
      if (x - before < 0.7) continue;  // nobody could tell them apart
      before = x;
      out_ << "<rect x=\"" << short_number(x, 5) << "\" y=\"" << y
           << "\" width=\"1\" height=\"12\" class=\"" << (row.good ? "good" : "bad") << "\"/>";
    }
    out_ << '\n';
  }

 private:
  [[nodiscard]] double x_of(double x) const { return left + width * (x - from_) / span_; }

  void polyline(const curve& one, const std::string& points) {
    if (points.empty()) return;
    out_ << "<polyline fill=\"none\" stroke-width=\"1.6\" stroke=\"" << one.color << '"'
         << (one.dashed ? " stroke-dasharray=\"4 3\"" : "") << " points=\"" << points << "\"/>";
  }

  std::ostringstream out_;
  double from_;
  double span_;
  double height_;
};

}  // namespace

std::string to_svg(const chart& what) {
  double highest = std::max(what.least_top, 1e-9);
  for (const auto& one : what.curves) {
    for (const auto& at : one.points) {
      if (std::isfinite(at.y)) highest = std::max(highest, at.y);
    }
  }
  canvas drawn(what.title, what.from, what.to, what.height);
  for (const auto& one : what.stretches) drawn.stretch_over(one);
  drawn.grid(highest);
  double key_at = left + 220;
  for (const auto& one : what.curves) {
    drawn.line(one, highest, key_at);
    key_at += key_width;
  }
  drawn.axis(what.unit);
  return drawn.finish();
}

std::string to_svg(const std::string& title, double from, double to,
                   const std::vector<event_row>& rows) {
  constexpr double row_height = 18;
  canvas drawn(title, from, to, row_height * static_cast<double>(rows.size()));
  double y = top + 4;
  for (const auto& one : rows) {
    drawn.ticks(one, y);
    y += row_height;
  }
  return drawn.finish();
}

std::string html_page(std::string_view title, std::string_view body) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><title>";
  page += html_escaped(title);
  page += "</title>";
  page += style;
  page += "</head><body>\n";
  page += body;
  page += "</body></html>\n";
  return page;
}

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string short_number(double value, int digits) {
  std::ostringstream out;
  out << std::setprecision(digits) << value;
  return std::move(out).str();
}

}  // namespace troupe::report
