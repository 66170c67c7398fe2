#include "runtime/sla_report/sla_report.hpp"

#include <cmath>
#include <ctime>
#include <limits>

#include "runtime/report/svg_chart.hpp"

namespace troupe {

namespace {

using report::html_escaped;
using report::short_number;

std::string utc(double seconds) {
  const auto whole = static_cast<std::time_t>(seconds);
  std::tm parts{};
  char text[32];
  if (gmtime_r(&whole, &parts) == nullptr) return "?";
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts)};
}

double before(const objective_status& status, time_point at) {
  return std::chrono::duration<double>(status.when - at).count();
}

std::string percent(double share) { return short_number(100 * share, 5) + " %"; }

std::string exhaustion(const objective_status& now) {
  if (now.state == objective_state::violated) return "exhausted";
  std::string text = percent(now.exhaustion_probability);
  text += " within one window";
  if (now.exhausted_p50) {
    text += "; then in " + span_text(*now.exhausted_p50);
    text += " (" + span_text(*now.exhausted_p10);
    text += " to " + span_text(*now.exhausted_p90);
    text += ")";
  }
  return text;
}

std::string burn(double longer, double shorter, double factor, bool fires) {
  std::string text = short_number(longer);
  text += " long, " + short_number(shorter);
  text += " short, fires above " + short_number(factor);
  if (fires) text += ": fires";
  return text;
}

std::string data(const objective_status& now) {
  std::string text = std::to_string(now.good);
  text += " good, " + std::to_string(now.bad);
  text += now.what.by == aggregation::share ? " bad events in " : " bad slices in ";
  text += span_text(now.covered);
  if (now.missing > 0) text += "; no such metric " + std::to_string(now.missing) + " times";
  if (now.unusable > 0) text += "; no number " + std::to_string(now.unusable) + " times";
  if (now.silent) text += "; its metric does not come";
  return text;
}

using row = std::pair<const char*, std::string>;

std::vector<row> rows_of(const objective_status& now) {
  return {
      {"objective", describe(now.what)},
      {"now", now.value ? short_number(*now.value, 4) : "no value yet"},
      {"compliance", percent(now.compliance()) + " of " + percent(now.what.target)},
      {"budget spent", percent(now.spent)},
      {"exhaustion", exhaustion(now)},
      {"page burn", burn(now.page_long, now.page_short, now.what.page_factor, now.pages)},
      {"ticket burn", burn(now.ticket_long, now.ticket_short, now.what.ticket_factor, now.tickets)},
      {"data", data(now)}};
}

std::string violation_text(const sla_document& document, const objective_status& now,
                           const objective_violation& one) {
  std::string text = utc(document.taken_at - before(now, one.begin));
  text += one.end ? " to " + utc(document.taken_at - before(now, *one.end)) : ", lasts";
  text += ", worst " + short_number(one.worst, 4);
  return text;
}

std::string plots(const objective_status& now) {
  const double hours = std::chrono::duration<double, std::ratio<3600>>(now.what.window).count();
  report::curve bad{"share of bad", "#b3261e", {}};
  report::curve worst{"worst value", "#1f4e9c", {}};
  for (const auto& one : now.history) {
    const auto at = -std::chrono::duration<double, std::ratio<3600>>(one.age).count();
    const auto none = std::numeric_limits<double>::quiet_NaN();
    const auto all = static_cast<double>(one.good + one.bad);
    bad.points.push_back({at, all > 0 ? static_cast<double>(one.bad) / all : none});
    worst.points.push_back({at, one.worst.value_or(none)});
  }
  const auto flat = [&](const char* name, double value) {
    return report::curve{name, "#888888", {{-hours, value}, {0, value}}, true};
  };
  std::vector<report::stretch> violated;
  for (const auto& one : now.violations) {
    violated.push_back(
        {-before(now, one.begin) / 3600, one.end ? -before(now, *one.end) / 3600 : 0});
  }
  return report::to_svg({"share of bad",
                         -hours,
                         0,
                         "h",
                         0,
                         {bad, flat("budget", 1 - now.what.target)},
                         violated}) +
         report::to_svg({"worst value",
                         -hours,
                         0,
                         "h",
                         0,
                         {worst, flat("threshold", now.what.threshold)},
                         violated});
}

}  // namespace

std::string span_text(duration span) {
  const auto seconds = std::chrono::duration<double>(span).count();
  if (seconds >= 5400) return short_number(seconds / 3600) + " h";
  if (seconds >= 90) return short_number(seconds / 60) + " min";
  return short_number(seconds) + " s";
}

std::string sla_text(const sla_document& document) {
  std::string text = document.node + ", " + utc(document.taken_at);
  text += '\n';
  for (const auto& now : document.objectives) {
    text += '\n' + now.what.name + ": ";
    text += to_string(now.state);
    text += '\n';
    for (const auto& [name, value] : rows_of(now)) {
      text += "  ";
      text += name;
      text.append(14 - std::string_view(name).size(), ' ');
      text += value;
      text += '\n';
    }
    for (const auto& one : now.violations) {
      text += "  violated      " + violation_text(document, now, one);
      text += '\n';
    }
  }
  return text;
}

std::string sla_html(const sla_document& document) {
  std::string body = "<h1>Objectives of ";
  body += html_escaped(document.node) + "</h1>\n<p>" + utc(document.taken_at);
  body += "</p>\n";
  for (const auto& now : document.objectives) {
    const std::string state(to_string(now.state));
    body += "<h2>" + html_escaped(now.what.name);
    body += " <span class=\"verdict " + state;
    body += "\">" + state;
    body += "</span></h2>\n<table>";
    for (const auto& [name, value] : rows_of(now)) {
      body += "<tr><td>" + std::string(name);
      body += "</td><td>" + html_escaped(value);
      body += "</td></tr>";
    }
    for (const auto& one : now.violations) {
      body += "<tr><td>violated</td><td>" + html_escaped(violation_text(document, now, one));
      body += "</td></tr>";
    }
    body += "</table>\n" + plots(now);
  }
  return report::html_page("objectives", body);
}

}  // namespace troupe
