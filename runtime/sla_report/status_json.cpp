#include "runtime/sla_report/status_json.hpp"

#include <nlohmann/json.hpp>

namespace troupe {

namespace {

using nlohmann::json;

// Any moment will do: only differences are told.
constexpr time_point moment_of_reading{std::chrono::hours(24 * 365)};

double seconds(duration span) { return std::chrono::duration<double>(span).count(); }
duration span(double seconds) {
  return std::chrono::duration_cast<duration>(std::chrono::duration<double>(seconds));
}

json optional_seconds(const std::optional<duration>& wait) {
  return wait ? json(seconds(*wait)) : json();
}
json optional_number(const std::optional<double>& value) { return value ? json(*value) : json(); }

json window_of(double long_rate, double short_rate, double factor, bool fires) {
  return {{"long", long_rate}, {"short", short_rate}, {"factor", factor}, {"fires", fires}};
}

json to_json(const objective& what) {
  json out{{"metric", to_string(what.metric)},
           {"kind", to_string(what.kind)},
           {"aggregation", to_string(what.by)},
           {"operator", to_string(what.op)},
           {"threshold", what.threshold},
           {"window_seconds", seconds(what.window)},
           {"target", what.target},
           {"says", describe(what)}};
  if (what.of) out["of"] = to_string(*what.of);
  if (what.by == aggregation::quantile) out["quantile"] = what.quantile;
  return out;
}

json violations_of(const objective_status& status) {
  auto out = json::array();
  for (const auto& one : status.violations) {
    out.push_back({{"began_seconds_ago", seconds(status.when - one.begin)},
                   {"ended_seconds_ago", one.end ? json(seconds(status.when - *one.end)) : json()},
                   {"worst", one.worst}});
  }
  return out;
}

json history_of(const objective_status& status) {
  auto out = json::array();
  for (const auto& one : status.history) {
    out.push_back({{"seconds_ago", seconds(one.age)},
                   {"good", one.good},
                   {"bad", one.bad},
                   {"worst", optional_number(one.worst)}});
  }
  return out;
}

json to_json(const objective_status& status) {
  return {{"name", status.what.name},
          {"objective", to_json(status.what)},
          {"state", to_string(status.state)},
          {"silent", status.silent},
          {"value", optional_number(status.value)},
          {"good", status.good},
          {"bad", status.bad},
          {"compliance", status.compliance()},
          {"covered_seconds", seconds(status.covered)},
          {"budget_spent", status.spent},
          {"page",
           window_of(status.page_long, status.page_short, status.what.page_factor, status.pages)},
          {"ticket", window_of(status.ticket_long, status.ticket_short, status.what.ticket_factor,
                               status.tickets)},
          {"exhaustion",
           {{"probability", status.exhaustion_probability},
            {"p10_seconds", optional_seconds(status.exhausted_p10)},
            {"p50_seconds", optional_seconds(status.exhausted_p50)},
            {"p90_seconds", optional_seconds(status.exhausted_p90)}}},
          {"samples",
           {{"used", status.samples}, {"missing", status.missing}, {"unusable", status.unusable}}},
          {"violations_total", status.violations_total},
          {"violations", violations_of(status)},
          {"history", history_of(status)}};
}

// ---- reading. `at` throws what names the key; `read_sla_json` turns that into a failure.

template <class Word, class Named>
Word word_at(const json& from, const char* key, Named named) {
  const auto found = named(from.at(key).get<std::string>());
  if (!found) throw std::invalid_argument(std::string(key).append(" has an unknown value"));
  return *found;
}

std::optional<objective_state> state_named(std::string_view text) {
  using enum objective_state;
  for (const auto one : {ok, at_risk, violated}) {
    if (to_string(one) == text) return one;
  }
  return std::nullopt;
}

std::optional<double> number_at(const json& from, const char* key) {
  const auto& found = from.at(key);
  return found.is_null() ? std::nullopt : std::optional(found.get<double>());
}

std::optional<duration> wait_at(const json& from, const char* key) {
  const auto found = number_at(from, key);
  return found ? std::optional(span(*found)) : std::nullopt;
}

objective objective_at(const json& from) {
  objective out;
  out.metric = word_at<metric_selector>(from, "metric", parse_selector);
  if (from.contains("of")) out.of = word_at<metric_selector>(from, "of", parse_selector);
  out.kind = word_at<metric_kind>(from, "kind", metric_kind_named);
  out.by = word_at<aggregation>(from, "aggregation", aggregation_named);
  out.op = word_at<comparison>(from, "operator", comparison_named);
  out.quantile = from.value("quantile", out.quantile);
  out.threshold = from.at("threshold").get<double>();
  out.window = span(from.at("window_seconds").get<double>());
  out.target = from.at("target").get<double>();
  return out;
}

objective_status status_at(const json& from) {
  objective_status out;
  out.what = objective_at(from.at("objective"));
  out.what.name = from.at("name").get<std::string>();
  out.when = moment_of_reading;
  out.state = word_at<objective_state>(from, "state", state_named);
  out.silent = from.at("silent").get<bool>();
  out.value = number_at(from, "value");
  out.good = from.at("good").get<std::uint64_t>();
  out.bad = from.at("bad").get<std::uint64_t>();
  out.covered = span(from.at("covered_seconds").get<double>());
  out.spent = from.at("budget_spent").get<double>();
  const auto burn = [&](const char* key, double& factor, double& longer, double& shorter,
                        bool& fires) {
    const auto& one = from.at(key);
    factor = one.at("factor").get<double>();
    longer = one.at("long").get<double>();
    shorter = one.at("short").get<double>();
    fires = one.at("fires").get<bool>();
  };
  burn("page", out.what.page_factor, out.page_long, out.page_short, out.pages);
  burn("ticket", out.what.ticket_factor, out.ticket_long, out.ticket_short, out.tickets);
  const auto& exhaustion = from.at("exhaustion");
  out.exhaustion_probability = exhaustion.at("probability").get<double>();
  out.exhausted_p10 = wait_at(exhaustion, "p10_seconds");
  out.exhausted_p50 = wait_at(exhaustion, "p50_seconds");
  out.exhausted_p90 = wait_at(exhaustion, "p90_seconds");
  const auto& samples = from.at("samples");
  out.samples = samples.at("used").get<std::uint64_t>();
  out.missing = samples.at("missing").get<std::uint64_t>();
  out.unusable = samples.at("unusable").get<std::uint64_t>();
  out.violations_total = from.at("violations_total").get<std::uint64_t>();
  for (const auto& one : from.at("violations")) {
    objective_violation read;
    read.begin = out.when - span(one.at("began_seconds_ago").get<double>());
    if (const auto ended = wait_at(one, "ended_seconds_ago")) read.end = out.when - *ended;
    read.worst = one.at("worst").is_null() ? 0 : one.at("worst").get<double>();
    out.violations.push_back(read);
  }
  for (const auto& one : from.at("history")) {
    out.history.push_back({span(one.at("seconds_ago").get<double>()),
                           one.at("good").get<std::uint64_t>(), one.at("bad").get<std::uint64_t>(),
                           number_at(one, "worst")});
  }
  return out;
}

}  // namespace

std::string to_json(const sla_document& document) {
  auto list = json::array();
  for (const auto& one : document.objectives) list.push_back(to_json(one));
  const json out{
      {"node", document.node}, {"taken_at", document.taken_at}, {"objectives", std::move(list)}};
  return out.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::variant<sla_document, failure> read_sla_json(std::string_view text, const std::string& name) {
  try {
    const auto from = json::parse(text);
    sla_document out{from.at("node").get<std::string>(), from.at("taken_at").get<double>(), {}};
    for (const auto& one : from.at("objectives")) out.objectives.push_back(status_at(one));
    return out;
  } catch (const std::exception& error) {  // of the JSON library and of `word_at`
    std::string why = name;
    why += ": is no report of objectives as /v1/sla gives it: ";
    return failure{errc::bad_input, why + error.what()};
  }
}

}  // namespace troupe
