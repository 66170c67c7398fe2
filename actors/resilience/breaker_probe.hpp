#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <cstdint>
#include <string>

#include "messages/breaker_state.hpp"

namespace troupe {

/// The metrics of one breaker.
class breaker_probe {
 public:
  breaker_probe(prometheus::Registry& registry, const std::string& dependency)
      : state_(prometheus::BuildGauge()
                   .Name("troupe_breaker_state")
                   .Help("0 closed, 1 open, 2 half open, 3 forced open, 4 forced closed")
                   .Register(registry)
                   .Add({{"dependency", dependency}})),
        refused_(prometheus::BuildCounter()
                     .Name("troupe_breaker_permits_refused_total")
                     .Help("Permits that were asked for and not given")
                     .Register(registry)
                     .Add({{"dependency", dependency}})),
        lost_(prometheus::BuildCounter()
                  .Name("troupe_breaker_probes_lost_total")
                  .Help("Probes that nobody reported on in their time")
                  .Register(registry)
                  .Add({{"dependency", dependency}})) {
    auto& calls = prometheus::BuildCounter()
                      .Name("troupe_breaker_calls_total")
                      .Help("Calls reported to a breaker by how they went")
                      .Register(registry);
    for (std::size_t i = 0; i < ended_.size(); ++i) {
      const std::string how(to_string(static_cast<call_outcome>(i)));
      ended_[i] = &calls.Add({{"dependency", dependency}, {"outcome", how}});
    }
    auto& changes = prometheus::BuildCounter()
                        .Name("troupe_breaker_changes_total")
                        .Help("Changes of a breaker's state, by the new one")
                        .Register(registry);
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      const std::string to(to_string(static_cast<breaker_state>(i)));
      changes_[i] = &changes.Add({{"dependency", dependency}, {"to", to}});
    }
  }

  void ended(call_outcome how) { ended_.at(static_cast<std::size_t>(how))->Increment(); }
  void refused() { refused_.Increment(); }
  void lost(std::uint64_t ever) { lost_.Increment(static_cast<double>(ever) - lost_.Value()); }
  [[nodiscard]] double lost_so_far() const { return lost_.Value(); }
  void changed(breaker_state to) {
    changes_.at(static_cast<std::size_t>(to))->Increment();
    show(to);
  }
  void show(breaker_state now) { state_.Set(static_cast<double>(now)); }

 private:
  prometheus::Gauge& state_;
  prometheus::Counter& refused_;
  prometheus::Counter& lost_;
  std::array<prometheus::Counter*, 4> ended_{};
  std::array<prometheus::Counter*, 5> changes_{};
};

}  // namespace troupe
