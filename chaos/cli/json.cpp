#include "chaos/cli/json.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace troupe::chaos {

namespace {

// 64 bits do not fit the numbers of JavaScript.
std::string hexadecimal(std::uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

}  // namespace

std::string to_json(const scenario& what, const run_options& how, const run_result& got,
                    const run_result* control) {
  const auto& judged = got.judged;
  auto violations = nlohmann::json::array();
  for (const auto& one : judged.violations) {
    violations.push_back(
        {{"invariant", one.invariant}, {"text", one.text}, {"request", one.request}});
  }
  auto seconds = nlohmann::json::array();
  for (const auto& one : judged.seconds) {
    seconds.push_back({{"requests", one.requests},
                       {"good", one.good},
                       {"p50_ms", in_milliseconds(one.p50)},
                       {"p99_ms", in_milliseconds(one.p99)}});
  }
  auto serving = nlohmann::json::object();
  for (auto [kind, took] : got.serving) {
    serving[std::string(to_string(kind))] = {{"times", took.size()},
                                             {"p50", in_milliseconds(quantile(took, 0.5))},
                                             {"p99", in_milliseconds(quantile(took, 0.99))}};
  }
  nlohmann::json out{{"scenario", what.name},
                     {"verdict", to_string(judged.verdict)},
                     {"played", got.played},
                     {"reasons", judged.reasons},
                     {"seed", how.seed},
                     {"event_log_hash", hexadecimal(got.log_hash)},
                     {"events", got.events},
                     {"simulated_seconds", got.simulated_seconds},
                     {"real_seconds", got.real_seconds},
                     {"judging_seconds", got.judging_seconds},
                     {"faults", judged.faults},
                     {"sometimes", judged.sometimes},
                     {"requests",
                      {{"accepted", judged.accepted},
                       {"answered_once", judged.answered_once},
                       {"unanswered", judged.unanswered},
                       {"answered_twice", judged.answered_twice},
                       {"late", judged.late},
                       {"good", judged.good}}},
                     {"outcomes", judged.outcomes},
                     {"good_during", judged.good_during},
                     {"restarts", judged.restarts},
                     {"recovery_ms",
                      {{"p50", in_milliseconds(judged.recovery_p50)},
                       {"p99", in_milliseconds(judged.recovery_p99)},
                       {"max", in_milliseconds(judged.recovery_max)}}},
                     {"steady_after_ms", in_milliseconds(judged.steady_after)},
                     {"violations", violations},
                     {"seconds", seconds}};
  if (control != nullptr) {
    out["control"] = {{"accepted", control->judged.accepted},
                      {"good", control->judged.good},
                      {"good_during", control->judged.good_during},
                      {"violations", control->judged.violations.size()}};
  }
  if (!serving.empty()) {
    out["serving_ms"] = serving;
    out["heap_bytes"] = {{"before", got.heap_before}, {"after", got.heap_after}};
  }
  return out.dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace troupe::chaos
