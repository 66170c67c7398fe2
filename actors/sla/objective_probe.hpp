#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <limits>
#include <string>

#include "messages/objective_status.hpp"

namespace troupe {

/// One objective's metrics.
class objective_probe {
 public:
  objective_probe(prometheus::Registry& registry, const std::string& objective)
      : state_(gauge(registry, "troupe_objective_state",
                     "How the objective stands: 0 ok, 1 at risk, 2 violated",
                     {{"objective", objective}})),
        compliance_(gauge(registry, "troupe_objective_compliance",
                          "Share of good events or slices in the window, 0 to 1",
                          {{"objective", objective}})),
        spent_(gauge(registry, "troupe_objective_budget_spent",
                     "Share of the error budget that is spent, 1 and more: exhausted",
                     {{"objective", objective}})),
        page_long_(burn(registry, objective, "page_long")),
        page_short_(burn(registry, objective, "page_short")),
        ticket_long_(burn(registry, objective, "ticket_long")),
        ticket_short_(burn(registry, objective, "ticket_short")),
        probability_(gauge(registry, "troupe_objective_exhaustion_probability",
                           "That the error budget is exhausted within one window",
                           {{"objective", objective}})),
        p10_(exhaustion(registry, objective, "0.1")),
        p50_(exhaustion(registry, objective, "0.5")),
        p90_(exhaustion(registry, objective, "0.9")),
        violations_(counter(registry, "troupe_objective_violations_total",
                            "Times that the error budget became exhausted",
                            {{"objective", objective}})),
        used_(samples(registry, objective, "used")),
        missing_(samples(registry, objective, "missing")),
        unusable_(samples(registry, objective, "unusable")) {}

  void update(const objective_status& now) {
    state_.Set(static_cast<double>(now.state));
    compliance_.Set(now.compliance());
    spent_.Set(now.spent);
    page_long_.Set(now.page_long);
    page_short_.Set(now.page_short);
    ticket_long_.Set(now.ticket_long);
    ticket_short_.Set(now.ticket_short);
    probability_.Set(now.exhaustion_probability);
    p10_.Set(seconds(now.exhausted_p10));
    p50_.Set(seconds(now.exhausted_p50));
    p90_.Set(seconds(now.exhausted_p90));
    raise(violations_, now.violations_total);
    raise(used_, now.samples);
    raise(missing_, now.missing);
    raise(unusable_, now.unusable);
  }

 private:
  static double seconds(const std::optional<duration>& wait) {
    if (!wait) return std::numeric_limits<double>::infinity();
    return std::chrono::duration<double>(*wait).count();
  }
  static void raise(prometheus::Counter& counter, std::uint64_t to) {
    const auto more = static_cast<double>(to) - counter.Value();
    if (more > 0) counter.Increment(more);
  }
  static prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name,
                                  const char* help, const prometheus::Labels& labels) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add(labels);
  }
  static prometheus::Counter& counter(prometheus::Registry& registry, const char* name,
                                      const char* help, const prometheus::Labels& labels) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add(labels);
  }
  static prometheus::Gauge& burn(prometheus::Registry& registry, const std::string& objective,
                                 const char* window) {
    return gauge(registry, "troupe_objective_burn_rate",
                 "How fast the error budget is used up, 1 lasts exactly the window",
                 {{"objective", objective}, {"window", window}});
  }
  static prometheus::Gauge& exhaustion(prometheus::Registry& registry, const std::string& objective,
                                       const char* quantile) {
    return gauge(registry, "troupe_objective_exhaustion_seconds",
                 "When the error budget is exhausted, if it is within one window",
                 {{"objective", objective}, {"forecast_quantile", quantile}});
  }
  static prometheus::Counter& samples(prometheus::Registry& registry, const std::string& objective,
                                      const char* outcome) {
    return counter(registry, "troupe_objective_samples_total",
                   "Looks at the objective's metric, by what was there",
                   {{"objective", objective}, {"outcome", outcome}});
  }

  prometheus::Gauge& state_;
  prometheus::Gauge& compliance_;
  prometheus::Gauge& spent_;
  prometheus::Gauge& page_long_;
  prometheus::Gauge& page_short_;
  prometheus::Gauge& ticket_long_;
  prometheus::Gauge& ticket_short_;
  prometheus::Gauge& probability_;
  prometheus::Gauge& p10_;
  prometheus::Gauge& p50_;
  prometheus::Gauge& p90_;
  prometheus::Counter& violations_;
  prometheus::Counter& used_;
  prometheus::Counter& missing_;
  prometheus::Counter& unusable_;
};

}  // namespace troupe
