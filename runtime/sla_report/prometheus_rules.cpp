#include "runtime/sla_report/prometheus_rules.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "actors/sla/burn_rate.hpp"

namespace troupe {

namespace {

constexpr std::string_view bad_series = "troupe:objective_bad";
constexpr std::string_view share_series = "troupe:objective_bad_share:";

std::string exact(double value) {
  char buffer[32];
  return {buffer, std::to_chars(std::begin(buffer), std::end(buffer), value).ptr};
}

std::string prom_duration(duration span) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(span).count()) + "s";
}

std::string label_of(const objective& what) { return "{objective=\"" + what.name + "\"}"; }

std::string sum_of(std::string_view function, const metric_selector& which, duration range) {
  std::string text = "sum by (instance) (";
  text += function;
  text += "(" + to_string(which) + "[" + prom_duration(range);
  return text + "]))";
}

metric_selector series_of(const metric_selector& which, std::string_view ending) {
  auto out = which;
  out.name += ending;
  return out;
}

// The least range in which two scrapes of the usual 15 s fall for sure.
constexpr duration scrape_range = std::chrono::minutes(1);

/// The indicator's value, each evaluation.
std::string value_of(const objective& what) {
  switch (what.by) {
    case aggregation::value: return "sum by (instance) (" + to_string(what.metric) + ")";
    case aggregation::rate: return sum_of("rate", what.metric, scrape_range);
    case aggregation::ratio:
      return sum_of("increase", what.metric, scrape_range) + " / (" +
             sum_of("increase", *what.of, scrape_range) + " > 0)";
    case aggregation::quantile: {
      if (what.kind == metric_kind::summary) {
        auto which = what.metric;
        which.labels.emplace_back("quantile", exact(what.quantile));
        return "max by (instance) (" + to_string(which) + ")";
      }
      std::string text = "histogram_quantile(" + exact(what.quantile);
      text += ", sum by (instance, le) (rate(" + to_string(series_of(what.metric, "_bucket"));
      return text + "[" + prom_duration(scrape_range) + "])))";
    }
    case aggregation::share: break;  // no value of its own
  }
  return {};
}

// Whether the slice is bad, as 0 or 1: the comparison that does not hold.
std::string is_bad(const objective& what) {
  const auto opposite = [&]() -> std::string_view {
    switch (what.op) {
      case comparison::at_least: return "<";
      case comparison::at_most: return ">";
      case comparison::equal: return "!=";
      case comparison::above: return "<=";
      case comparison::below: return ">=";
    }
    return "";
  }();
  std::string text = "(" + value_of(what) + ") ";
  text += opposite;
  text += " bool " + exact(what.threshold);
  return text;
}

std::string bad_share(const objective& what, duration window) {
  if (what.by != aggregation::share) {
    std::string text = "avg_over_time(";
    text += bad_series;
    return text + label_of(what) + "[" + prom_duration(window) + "])";
  }
  if (what.kind == metric_kind::counter) {
    return "1 - " + sum_of("increase", what.metric, window) + " / (" +
           sum_of("increase", *what.of, window) + " > 0)";
  }
  auto good = series_of(what.metric, "_bucket");
  good.labels.emplace_back("le", exact(what.threshold));
  return "1 - " + sum_of("increase", good, window) + " / (" +
         sum_of("increase", series_of(what.metric, "_count"), window) + " > 0)";
}

/// YAML that needs no thought about quotes: a block of text.
std::string text_block(std::string_view key, const std::string& text, std::string_view indent) {
  std::string out(indent);
  out += key;
  out += ": >-\n";
  out += indent;
  out += "  ";
  out += text;
  return out + "\n";
}

void add_record(const std::string& series, const objective& what, const std::string& expression,
                std::string& to) {
  to += "      - record: " + series + "\n";
  to += text_block("expr", expression, "        ");
  to += "        labels:\n          objective: " + what.name + "\n";
}

std::string share_over(duration window) {
  return std::string(share_series).append(prom_duration(window));
}

// An increase needs two scrapes to stand on.
duration range_of(const objective& what, duration window) {
  return what.by == aggregation::share ? std::max(window, scrape_range) : window;
}

void add_alert(const objective& what, std::string_view severity, const burn_windows& windows,
               std::string& to) {
  const auto burns = [&](duration window) {
    return share_over(range_of(what, window)) + label_of(what) + " > " + exact(windows.factor) +
           " * (1 - " + exact(what.target) + ")";
  };
  to += "      - alert: TroupeObjectiveBurns\n";
  to += text_block("expr", burns(windows.long_window) + " and " + burns(windows.short_window),
                   "        ");
  to += "        labels:\n          objective: " + what.name + "\n          severity: ";
  to += severity;
  to += "\n        annotations:\n";
  std::string summary = what.name;
  summary += ": the error budget of " + describe(what);
  summary += " burns more than " + exact(windows.factor) + " times as fast as it may";
  to += text_block("summary", summary, "          ");
}

}  // namespace

std::string prometheus_rules(const std::vector<objective>& objectives) {
  std::string out =
      "# Burn rates of Troupe's objectives and their alerts. Made by `troupe sla rules`; "
      "docs/sla.md "
      "says more.\ngroups:\n";
  for (const auto& what : objectives) {
    const auto page = page_windows(what);
    const auto ticket = ticket_windows(what);
    out += "  - name: troupe_objective_" + what.name + "\n    interval: 10s\n    rules:\n";
    if (what.by != aggregation::share) {
      add_record(std::string(bad_series), what, is_bad(what), out);
    }
    std::set<duration> ranges;
    for (const auto& pair : {page, ticket}) {
      ranges.insert(range_of(what, pair.long_window));
      ranges.insert(range_of(what, pair.short_window));
    }
    for (const auto range : ranges) {
      add_record(share_over(range), what, bad_share(what, range), out);
    }
    add_alert(what, "page", page, out);
    add_alert(what, "ticket", ticket, out);
  }
  return out;
}

}  // namespace troupe
