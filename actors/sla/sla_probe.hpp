#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include "actors/sla/compliance_window.hpp"

namespace troupe {

/// The deadline objective's metrics.
class sla_probe {
 public:
  explicit sla_probe(prometheus::Registry& registry)
      : answers_(prometheus::BuildCounter()
                     .Name("troupe_sla_answers_total")
                     .Help("Answers by whether they came in time")
                     .Register(registry)),
        in_time_(answers_.Add({{"in_time", "yes"}})),
        late_(answers_.Add({{"in_time", "no"}})),
        share_(gauge(registry, "troupe_sla_in_time_share",
                     "Share of answers in time over the window, 0 to 1")),
        burn_rate_(gauge(registry, "troupe_sla_burn_rate",
                         "Error budget burn rate over the window, 1 uses it up exactly")) {}

  void answered(std::uint64_t in_time, std::uint64_t missed) {
    in_time_.Increment(static_cast<double>(in_time));
    late_.Increment(static_cast<double>(missed));
  }

  void update(const compliance_window::reading& now) {
    share_.Set(now.share);
    burn_rate_.Set(now.burn_rate);
  }

 private:
  static prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name,
                                  const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }

  prometheus::Family<prometheus::Counter>& answers_;
  prometheus::Counter& in_time_;
  prometheus::Counter& late_;
  prometheus::Gauge& share_;
  prometheus::Gauge& burn_rate_;
};

}  // namespace troupe
