#include "chaos/cli/html.hpp"

#include <algorithm>
#include <sstream>

#include "runtime/report/svg_chart.hpp"

namespace troupe::chaos {

namespace {

namespace drawing = ::troupe::report;  // chaos has a report of its own

using drawing::html_escaped;
using drawing::short_number;

using value_of = double (*)(const second&);

// The last second is cut short by the end.
drawing::curve line(const char* name, const char* color, const std::vector<second>& seconds,
                    value_of value) {
  drawing::curve out{name, color, {}};
  for (std::size_t i = 0; i + 1 < seconds.size(); ++i) {
    out.points.push_back({static_cast<double>(i) + 0.5, value(seconds[i])});
  }
  return out;
}

class page {
 public:
  page(const scenario& what, const run_result& got, const run_result* control)
      : what_(what), got_(got), control_(control) {
    total_ = std::max<double>(1, static_cast<double>(got.judged.seconds.size()) - 1);
  }

  [[nodiscard]] const std::vector<second>& seconds() const { return got_.judged.seconds; }

  // `control`: the value whose course without faults stands beside.
  [[nodiscard]] std::string chart(const char* title, std::vector<drawing::curve> curves,
                                  const char* name, value_of control) const {
    if (control_ != nullptr) {
      auto beside = line(name, "#888888", control_->judged.seconds, control);
      beside.dashed = true;
      curves.push_back(std::move(beside));
    }
    const auto from = std::chrono::duration<double>(what_.before).count();
    const auto to = std::chrono::duration<double>(what_.before + what_.during).count();
    return drawing::to_svg({title, 0, total_, "s", 1, std::move(curves), {{from, to}}, 130});
  }

  // One row for each fault, and one for restarts: a tick for each time.
  [[nodiscard]] std::string events() const {
    std::vector<drawing::event_row> rows;
    const auto row_of = [&](const std::string& name) -> std::vector<double>& {
      auto found = std::ranges::find(rows, name, &drawing::event_row::name);
      if (found == rows.end()) found = rows.insert(rows.end(), {name, {}, name == "restart"});
      return found->at;
    };
    for (const auto& one : what_.faults) row_of(one.name);
    const auto begin = got_.judged.when.begin;
    for (const auto& one : got_.told.events) {
      const auto at = std::chrono::duration<double>(one.when - begin).count();
      if (at < 0 || at > total_) continue;
      if (one.what == event_record::kind::fault) row_of(one.text).push_back(at);
      if (one.what == event_record::kind::started && one.life > 1) row_of("restart").push_back(at);
      if (one.what == event_record::kind::node_down) row_of("node down").push_back(at);
    }
    return drawing::to_svg("faults and restarts", 0, total_, rows);
  }

 private:
  const scenario& what_;
  const run_result& got_;
  const run_result* control_;
  double total_ = 1;
};

}  // namespace

std::string to_html(const scenario& what, const run_options& how, const run_result& got,
                    const run_result* control) {
  const auto& judged = got.judged;
  const auto verdict = to_string(judged.verdict);
  std::ostringstream out;
  out << "<h1>" << html_escaped(what.name) << " <span class=\"verdict " << verdict << "\">"
      << verdict << "</span></h1>\n<p>" << html_escaped(what.about) << "</p>\n";
  if (!judged.reasons.empty()) {
    out << "<ul>";
    for (const auto& why : judged.reasons) out << "<li>" << html_escaped(why) << "</li>";
    out << "</ul>\n";
  }
  out << "<table><tr><td>seed</td><td>" << how.seed << "</td></tr><tr><td>requests</td><td>"
      << judged.accepted << ", good " << judged.good << ", answered exactly once "
      << judged.answered_once << "</td></tr><tr><td>good while disturbed</td><td>"
      << short_number(100 * judged.good_during) << " %</td></tr><tr><td>restarts</td><td>"
      << judged.restarts << "</td></tr><tr><td>recovery after a death</td><td>p50 "
      << short_number(in_milliseconds(judged.recovery_p50)) << " ms, p99 "
      << short_number(in_milliseconds(judged.recovery_p99)) << " ms</td></tr>";
  for (const auto& [name, times] : judged.faults) {
    out << "<tr><td>" << html_escaped(name) << "</td><td>fired " << times << " times</td></tr>";
  }
  out << "</table>\n";
  const page drawn(what, got, control);
  std::string title = what.name;
  title += ": ";
  title += verdict;
  const auto& all = drawn.seconds();
  using each = const second&;
  out << drawn.chart("requests a second",
                     {line("asked", "#4a6fa5", all, [](each s) { return double(s.requests); }),
                      line("good", "#1a7f37", all, [](each s) { return double(s.good); }),
                      line("errors", "#b42318", all, [](each s) { return double(s.errors); })},
                     "good, no faults", [](each s) { return double(s.good); })
      << drawn.chart("latency, ms",
                     {line("p50", "#4a6fa5", all, [](each s) { return in_milliseconds(s.p50); }),
                      line("p99", "#b42318", all, [](each s) { return in_milliseconds(s.p99); })},
                     "p99, no faults", [](each s) { return in_milliseconds(s.p99); })
      << drawn.events();
  return drawing::html_page(title, out.str());
}

}  // namespace troupe::chaos
