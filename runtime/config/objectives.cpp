#include "runtime/config/objectives.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "actors/sla/burn_rate.hpp"
#include "runtime/config/keys.hpp"
#include "runtime/config/options.hpp"
#include "runtime/config/texts.hpp"
#include "runtime/config/units.hpp"

namespace troupe {
namespace {

using text_pairs = std::vector<std::pair<std::string_view, std::string_view>>;

constexpr std::array fields{
    objective_field{"metric", "a metric, for example hits_total{outcome=\"hit\"}",
                    "what is watched; series that carry these labels are added up"},
    objective_field{"of", "a metric", "the denominator of a ratio or share of counters"},
    objective_field{"kind", "one of gauge, counter, histogram, summary", "what the metric is"},
    objective_field{"aggregation", "one of value, rate, ratio, quantile, share",
                    "how samples become one value for each slice of 10 s"},
    objective_field{"quantile", "a number between 0 and 1", "which, of aggregation quantile"},
    objective_field{"operator", "one of >=, <=, ==, >, <",
                    "how the value compares when good; in quotes, for a bare > begins a block"},
    objective_field{"threshold", "a number", "to which it is compared, in the metric's unit"},
    objective_field{"window", "a duration from 1m to 24h", "over which good and bad are counted"},
    objective_field{"target", "a number between 0 and 1",
                    "share of good events (share) or good slices (all others) in the window"},
    objective_field{"page_factor", "a number above 0", "burn rate that pages"},
    objective_field{"ticket_factor", "a number above 0", "burn rate that is worth a ticket"},
    objective_field{"enabled", "true or false", "whether it is watched"},
};

struct built_in {
  std::string_view name;
  std::string_view meaning;
  text_pairs values;
};

const std::vector<built_in>& built_ins() {
  static const std::vector<built_in> all{
      {"answered_in_time",
       "callers have their answer before their deadline",
       {{"metric", "troupe_sla_answers_total{in_time=\"yes\"}"},
        {"of", "troupe_sla_answers_total"},
        {"kind", "counter"},
        {"aggregation", "share"},
        {"window", "24h"},
        {"target", "0.999"}}},
      {"request_p99",
       "the slowest one in a hundred requests, each 10 s",
       {{"metric", "troupe_request_seconds"},
        {"kind", "histogram"},
        {"aggregation", "quantile"},
        {"quantile", "0.99"},
        {"operator", "<="},
        {"threshold", "0.1"},
        {"window", "24h"},
        {"target", "0.99"}}},
      {"failed_requests",
       "requests that end without any result",
       {{"metric", "troupe_requests_total{outcome=\"failed\"}"},
        {"of", "troupe_requests_total"},
        {"kind", "counter"},
        {"aggregation", "ratio"},
        {"operator", "<="},
        {"threshold", "0.01"},
        {"window", "24h"},
        {"target", "0.99"}}},
      {"queue",
       "requests that wait at the gateway",
       {{"metric", "troupe_router_waiting{router=\"gateway\"}"},
        {"kind", "gauge"},
        {"aggregation", "value"},
        {"operator", "<"},
        {"threshold", "1000"},
        {"window", "24h"},
        {"target", "0.99"}}},
      {"queue_wait",
       "how long the slowest one in a hundred waits before its work begins, each 10 s",
       {{"metric", "troupe_queue_wait_seconds"},
        {"kind", "histogram"},
        {"aggregation", "quantile"},
        {"quantile", "0.99"},
        {"operator", "<="},
        {"threshold", "0.02"},
        {"window", "24h"},
        {"target", "0.99"}}},
      {"restarts",
       "restarts of actors, each second",
       {{"metric", "troupe_actor_restarts_total"},
        {"kind", "counter"},
        {"aggregation", "rate"},
        {"operator", "<="},
        {"threshold", "0.2"},
        {"window", "24h"},
        {"target", "0.99"}}},
      {"memory",
       "resident memory",
       {{"metric", "process_resident_memory_bytes"},
        {"kind", "gauge"},
        {"aggregation", "value"},
        {"operator", "<="},
        {"threshold", "2147483648"},
        {"window", "24h"},
        {"target", "0.99"}}},
      {"cache_hits",
       "for traffic that repeats itself; switch it on where it does",
       {{"metric", "troupe_cache_lookups_total{outcome=\"hit\"}"},
        {"of", "troupe_cache_lookups_total"},
        {"kind", "counter"},
        {"aggregation", "ratio"},
        {"operator", ">="},
        {"threshold", "0.5"},
        {"window", "24h"},
        {"target", "0.95"},
        {"enabled", "false"}}},
  };
  return all;
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

template <class Slot, class Value>
bool put(Slot& slot, const std::optional<Value>& value, bool allowed = true) {
  if (!value || !allowed) return false;
  slot = *value;
  return true;
}

/// Whether `text` is a value of the field; then it is in `into`.
bool read_field(std::string_view field, std::string_view text, objective& into, bool& enabled) {
  const auto value = number(text);
  const bool inside = value && *value > 0 && *value < 1;
  if (field == "metric") return put(into.metric, parse_selector(text));
  if (field == "of") return put(into.of, parse_selector(text));
  if (field == "kind") return put(into.kind, metric_kind_named(text));
  if (field == "aggregation") return put(into.by, aggregation_named(text));
  if (field == "quantile") return put(into.quantile, value, inside);
  if (field == "operator") return put(into.op, comparison_named(text));
  if (field == "threshold") return put(into.threshold, value);
  if (field == "target") return put(into.target, value, inside);
  if (field == "page_factor") return put(into.page_factor, value, value > 0.0);
  if (field == "ticket_factor") return put(into.ticket_factor, value, value > 0.0);
  if (field == "window") {
    const auto window = parse_duration(text);
    return put(into.window, window,
               window >= std::chrono::minutes(1) && window <= std::chrono::hours(24));
  }
  enabled = text == "true";
  return text == "true" || text == "false";
}

bool is_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, fits);
}

std::vector<std::string_view> field_names() {
  std::vector<std::string_view> names;
  for (const auto& one : fields) names.push_back(one.name);
  return names;
}

/// What one draft says, and whether it fits together.
class reading {
 public:
  reading(const objective_drafts::draft& from, std::vector<objective_drafts::misfit>& problems)
      : from_(from), problems_(problems) {
    what_.name = from.name;
    for (const auto& one : from.values) read_field(one.field, one.text, what_, enabled_);
  }

  [[nodiscard]] bool enabled() const noexcept { return enabled_; }

  [[nodiscard]] objective check() {
    need("metric", "name the metric that is to be watched");
    need("kind", "say gauge, counter, histogram or summary");
    need("aggregation", "say value, rate, ratio, quantile or share");
    need("target", "say which share of events or slices is to be good");
    if (has("kind") && has("aggregation")) check_aggregation();
    check_factors();
    return what_;
  }

 private:
  [[nodiscard]] const objective_drafts::value* find(std::string_view field) const {
    const auto found = std::ranges::find(from_.values, field, &objective_drafts::value::field);
    return found == from_.values.end() ? nullptr : &*found;
  }
  [[nodiscard]] bool has(std::string_view field) const { return find(field) != nullptr; }

  /// With the place of the field, or where it is missing that of the objective's first.
  void problem(std::string_view field, std::string_view why) {
    const auto* at = find(field);
    const auto& origin = at != nullptr ? at->origin : from_.values.front().origin;
    problems_.push_back(
        {origin, concat({objectives_section, ".", from_.name, ".", field, ": ", why})});
  }
  void need(std::string_view field, std::string_view what_to_do) {
    if (!has(field)) problem(field, concat({"is missing: ", what_to_do}));
  }
  void refuse(std::string_view field, std::string_view why) {
    if (has(field)) problem(field, why);
  }

  void check_aggregation() {
    using enum metric_kind;
    const auto kind = what_.kind;
    const bool fits = what_.by == aggregation::value      ? kind == gauge
                      : what_.by == aggregation::quantile ? kind == histogram || kind == summary
                      : what_.by == aggregation::share    ? kind == counter || kind == histogram
                                                          : kind == counter;
    if (!fits) {
      return problem("aggregation", concat({"a ", to_string(kind), " has no ", to_string(what_.by),
                                            "; value is of gauges, rate and ratio of counters, "
                                            "quantile of histograms and summaries, share of "
                                            "counters and histograms"}));
    }
    const bool of_two =
        what_.by == aggregation::ratio || (what_.by == aggregation::share && kind == counter);
    if (of_two) need("of", "a ratio or share of counters needs its denominator");
    if (!of_two) refuse("of", "only a ratio or share of counters has a denominator");
    if (what_.by != aggregation::quantile) refuse("quantile", "only aggregation quantile has one");
    if (what_.by == aggregation::share && kind == counter) {
      refuse("operator", "a share of counters is judged by its target alone");
      refuse("threshold", "a share of counters is judged by its target alone");
      what_.op = comparison::at_least;
      what_.threshold = what_.target;
      return;
    }
    need("operator", "say how the value compares to the threshold when it is good");
    need("threshold", "say to what the value is compared");
    const bool upward = what_.op == comparison::at_most || what_.op == comparison::below;
    if (what_.by == aggregation::share && has("operator") && !upward) {
      problem("operator", "a histogram counts what is at or below a bound: use <= or <");
    }
  }

  void check_factors() {
    const auto judge = [this](std::string_view field, const burn_windows& windows) {
      const auto why = why_never(windows, what_);
      if (why.empty()) return;
      problem(field, has(field) ? why : concat({"has its default, and ", why}));
    };
    if (!has("target")) return;
    judge("page_factor", page_windows(what_));
    judge("ticket_factor", ticket_windows(what_));
  }

  const objective_drafts::draft& from_;
  std::vector<objective_drafts::misfit>& problems_;
  objective what_;
  bool enabled_ = true;
};

}  // namespace

std::span<const objective_field> objective_fields() { return fields; }

objective_drafts::objective_drafts() {
  for (const auto& one : built_ins()) {
    draft made{std::string(one.name), {}};
    for (const auto& [field, text] : one.values) {
      made.values.push_back({field, std::string(text), "built in"});
    }
    drafts_.push_back(std::move(made));
  }
}

std::optional<std::string> objective_drafts::set(std::string_view key, const std::string& text,
                                                 const std::string& origin) {
  const auto split = std::min(key.find('.'), key.size());
  const auto name = key.substr(0, split);
  const auto field = key.substr(std::min(split + 1, key.size()));
  if (!is_name(name)) {
    return in_quotes(name) + " is no name of an objective: use a-z, 0-9 and _, at most 64";
  }
  const auto known = std::ranges::find(fields, field, &objective_field::name);
  if (known == fields.end()) {
    std::string why = "an objective has no field " + in_quotes(field);
    const auto names = field_names();
    if (const auto near = did_you_mean(field, names)) why += "; did you mean " + *near + "?";
    return why;
  }
  objective ignored;
  bool enabled = false;
  if (!read_field(field, text, ignored, enabled)) {
    return concat({in_quotes(text), " is not allowed: expected ", known->takes});
  }
  auto at = std::ranges::find(drafts_, name, &draft::name);
  if (at == drafts_.end()) {
    // Far above most_objectives, which counts the enabled ones: layers may switch others off.
    if (drafts_.size() >= 8 * most_objectives) return "too many objectives to read";
    at = drafts_.insert(drafts_.end(), {std::string(name), {}});
  }
  auto found = std::ranges::find(at->values, field, &value::field);
  if (found == at->values.end()) {
    at->values.push_back({known->name, text, origin});
  } else {
    found->text = text;
    found->origin = origin;
  }
  return std::nullopt;
}

std::vector<objective> objective_drafts::finish(std::vector<misfit>& problems) const {
  std::vector<objective> out;
  for (const auto& one : drafts_) {
    reading read(one, problems);
    if (!read.enabled()) continue;
    out.push_back(read.check());
    if (out.size() == most_objectives + 1) {
      problems.push_back(
          {one.values.front().origin,
           concat({objectives_section, ".", one.name, ": is one objective too many: at most ",
                   std::to_string(most_objectives), " can be enabled"})});
    }
  }
  return out;
}

const std::vector<objective>& built_in_objectives() {
  static const std::vector<objective> all = [] {
    std::vector<objective_drafts::misfit> none;
    return objective_drafts().finish(none);
  }();
  return all;
}

std::string objectives_yaml() {
  std::string text =
      concat({"\n# What this node promises, and watches; docs/sla.md explains the fields.\n",
              objectives_section, ":\n"});
  for (const auto& one : built_ins()) {
    text += concat({"  # ", one.meaning, "\n  ", one.name, ":\n"});
    for (const auto& [field, value] : one.values) {
      const auto quote = field == "operator" ? "\"" : "";  // a bare > begins a block in YAML
      text += concat({"    ", field, ": ", quote, value, quote, "\n"});
    }
  }
  return text;
}

std::string objectives_page() {
  std::string text = concat(
      {"\n## ", objectives_section,
       "\n\nEach `objectives.<name>` is an objective that the node watches, with these fields; "
       "[sla.md](sla.md)\nexplains them. `enabled: false` switches one of the built-in ones "
       "off.\n\n| field | takes | meaning |\n|---|---|---|\n"});
  for (const auto& one : fields) {
    text += concat({"| `", one.name, "` | ", one.takes, " | ", one.meaning, " |\n"});
  }
  return text;
}

}  // namespace troupe
