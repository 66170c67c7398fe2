#include "chaos/cli/html.hpp"

#include <algorithm>
#include <functional>
#include <iomanip>
#include <sstream>

namespace troupe::chaos {

namespace {

constexpr double width = 900;
constexpr double left = 70;
constexpr double chart_height = 130;

std::string escaped(std::string_view text) {
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

double milliseconds(duration value) {
  return std::chrono::duration<double, std::milli>(value).count();
}

std::string number(double value) {
  std::ostringstream out;
  out << std::setprecision(3) << value;
  return std::move(out).str();
}

struct curve {
  const char* color;
  const char* name;
  std::function<double(const second&)> value;
  bool of_control = false;
};

class page {
 public:
  page(const scenario& what, const run_result& got, const run_result* control)
      : what_(what), got_(got), control_(control) {
    total_ = std::max<double>(1, static_cast<double>(got.judged.seconds.size()) - 1);
  }

  void chart(std::ostream& out, const std::string& title, const std::vector<curve>& curves,
             double least_top) const {
    double top = least_top;
    for (const auto& one : curves) {
      for (const auto& each : seconds_of(one)) top = std::max(top, one.value(each));
    }
    out << "<svg viewBox=\"0 0 " << left + width + 10 << ' ' << chart_height + 40
        << "\" role=\"img\" aria-label=\"" << escaped(title) << "\">\n"
        << "<text x=\"" << left << "\" y=\"12\" class=\"title\">" << escaped(title) << "</text>\n";
    band(out);
    for (const auto share : {0.0, 0.5, 1.0}) {
      const auto y = 20 + chart_height * (1 - share);
      out << "<line class=\"grid\" x1=\"" << left << "\" x2=\"" << left + width << "\" y1=\"" << y
          << "\" y2=\"" << y << "\"/><text class=\"axis\" text-anchor=\"end\" x=\"" << left - 6
          << "\" y=\"" << y + 4 << "\">" << number(top * share) << "</text>\n";
    }
    double label = left + 220;
    for (const auto& one : curves) {
      if (one.of_control && control_ == nullptr) continue;
      out << "<polyline fill=\"none\" stroke=\"" << one.color << "\" stroke-width=\"1.6\""
          << (one.of_control ? " stroke-dasharray=\"4 3\"" : "") << " points=\"";
      const auto& seconds = seconds_of(one);
      for (std::size_t i = 0; i + 1 < seconds.size(); ++i) {
        out << number(x_of(static_cast<double>(i) + 0.5)) << ','
            << number(20 + chart_height * (1 - one.value(seconds[i]) / top)) << ' ';
      }
      out << "\"/><text x=\"" << label << "\" y=\"12\" fill=\"" << one.color << "\" class=\"key\">"
          << one.name << "</text>\n";
      label += 170;
    }
    time_axis(out);
    out << "</svg>\n";
  }

  // One row for each fault, and one for restarts: a tick for each time.
  void events(std::ostream& out) const {
    std::vector<std::pair<std::string, std::vector<double>>> rows;
    const auto row_of = [&](const std::string& name) -> std::vector<double>& {
      const auto found = std::ranges::find(rows, name, [](const auto& row) { return row.first; });
      if (found != rows.end()) return found->second;
      return rows.emplace_back(name, std::vector<double>{}).second;
    };
    for (const auto& one : what_.faults) row_of(one.name);
    const auto begin = begin_of();
    for (const auto& one : got_.told.events) {
      const auto at = std::chrono::duration<double>(one.when - begin).count();
      if (at < 0 || at > total_) continue;
      if (one.what == event_record::kind::fault) row_of(one.text).push_back(at);
      if (one.what == event_record::kind::started && one.life > 1) row_of("restart").push_back(at);
      if (one.what == event_record::kind::node_down) row_of("node down").push_back(at);
    }
    const auto height = 20 + 18 * static_cast<double>(rows.size());
    out << "<svg viewBox=\"0 0 " << left + width + 10 << ' ' << height + 25
        << "\" role=\"img\" aria-label=\"faults and restarts\">\n"
        << "<text x=\"" << left << "\" y=\"12\" class=\"title\">faults and restarts</text>\n";
    double y = 24;
    for (const auto& [name, times] : rows) {
      out << "<text class=\"axis\" text-anchor=\"end\" x=\"" << left - 6 << "\" y=\"" << y + 9
          << "\">" << escaped(name.substr(0, 12)) << "</text>";
      double before = -1;
      for (const auto at : times) {
        const auto x = x_of(at);
        if (x - before < 0.7) continue;  // nobody could tell them apart
        before = x;
        out << "<rect x=\"" << number(x) << "\" y=\"" << y
            << "\" width=\"1\" height=\"12\" class=\"" << (name == "restart" ? "good" : "bad")
            << "\"/>";
      }
      out << '\n';
      y += 18;
    }
    out << "</svg>\n";
  }

 private:
  [[nodiscard]] const std::vector<second>& seconds_of(const curve& one) const {
    return one.of_control && control_ != nullptr ? control_->judged.seconds : got_.judged.seconds;
  }
  [[nodiscard]] time_point begin_of() const { return got_.judged.when.begin; }
  [[nodiscard]] double x_of(double second) const { return left + width * second / total_; }

  void band(std::ostream& out) const {
    const auto from = x_of(std::chrono::duration<double>(what_.before).count());
    const auto to = x_of(std::chrono::duration<double>(what_.before + what_.during).count());
    out << "<rect class=\"disturbed\" x=\"" << number(from) << "\" y=\"20\" width=\""
        << number(std::min(to, left + width) - from) << "\" height=\"" << chart_height << "\"/>\n";
  }

  void time_axis(std::ostream& out) const {
    for (int i = 0; i <= 10; ++i) {
      const auto at = total_ * i / 10;
      out << "<text class=\"axis\" text-anchor=\"middle\" x=\"" << number(x_of(at)) << "\" y=\""
          << chart_height + 34 << "\">" << number(at) << " s</text>";
    }
    out << '\n';
  }

  const scenario& what_;
  const run_result& got_;
  const run_result* control_;
  double total_ = 1;
};

constexpr const char* style = R"(<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } table { border-collapse: collapse; } td { padding: .1rem 1.2rem .1rem 0; }
.verdict { font-weight: 700; padding: .1rem .6rem; border-radius: .3rem; color: #fff; }
.PASS { background: #1a7f37; } .FAIL { background: #b42318; } .INCONCLUSIVE { background: #7a5c00; }
svg { width: 100%; margin: .6rem 0; } .title { font-weight: 600; font-size: 12px; fill: currentColor; }
.axis, .key { font-size: 10px; } .axis { fill: gray; } .grid { stroke: gray; stroke-opacity: .25; }
.disturbed { fill: #b42318; fill-opacity: .08; } .bad { fill: #b42318; } .good { fill: #1a7f37; }
</style>)";

}  // namespace

std::string to_html(const scenario& what, const run_options& how, const run_result& got,
                    const run_result* control) {
  const auto& judged = got.judged;
  const auto verdict = to_string(judged.verdict);
  std::ostringstream out;
  out << "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      << "<meta name=\"viewport\" content=\"width=device-width\"><title>" << escaped(what.name)
      << ": " << verdict << "</title>" << style << "</head><body>\n<h1>" << escaped(what.name)
      << " <span class=\"verdict " << verdict << "\">" << verdict << "</span></h1>\n<p>"
      << escaped(what.about) << "</p>\n";
  if (!judged.reasons.empty()) {
    out << "<ul>";
    for (const auto& why : judged.reasons) out << "<li>" << escaped(why) << "</li>";
    out << "</ul>\n";
  }
  out << "<table><tr><td>seed</td><td>" << how.seed << "</td></tr><tr><td>requests</td><td>"
      << judged.accepted << ", good " << judged.good << ", answered exactly once "
      << judged.answered_once << "</td></tr><tr><td>good while disturbed</td><td>"
      << number(100 * judged.good_during) << " %</td></tr><tr><td>restarts</td><td>"
      << judged.restarts << "</td></tr><tr><td>recovery after a death</td><td>p50 "
      << number(milliseconds(judged.recovery_p50)) << " ms, p99 "
      << number(milliseconds(judged.recovery_p99)) << " ms</td></tr>";
  for (const auto& [name, times] : judged.faults) {
    out << "<tr><td>" << escaped(name) << "</td><td>fired " << times << " times</td></tr>";
  }
  out << "</table>\n";
  const page drawn(what, got, control);
  drawn.chart(
      out, "requests a second",
      {{"#4a6fa5", "asked", [](const second& s) { return double(s.requests); }},
       {"#1a7f37", "good", [](const second& s) { return double(s.good); }},
       {"#b42318", "errors", [](const second& s) { return double(s.errors); }},
       {"#888888", "good, no faults", [](const second& s) { return double(s.good); }, true}},
      1);
  drawn.chart(
      out, "latency, ms",
      {{"#4a6fa5", "p50", [](const second& s) { return milliseconds(s.p50); }},
       {"#b42318", "p99", [](const second& s) { return milliseconds(s.p99); }},
       {"#888888", "p99, no faults", [](const second& s) { return milliseconds(s.p99); }, true}},
      1);
  drawn.events(out);
  out << "</body></html>\n";
  return std::move(out).str();
}

}  // namespace troupe::chaos
