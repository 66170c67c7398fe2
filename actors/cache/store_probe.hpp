#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include "actors/cache/store_pipeline.hpp"

namespace troupe {

/// The metrics of the link to the shared store.
class store_probe {
 public:
  explicit store_probe(prometheus::Registry& registry)
      : calls_(prometheus::BuildCounter()
                   .Name("troupe_store_calls_total")
                   .Help("Calls to the shared store by what became of them")
                   .Register(registry)),
        hits_(calls_.Add({{"outcome", "hit"}})),
        misses_(calls_.Add({{"outcome", "miss"}})),
        written_(calls_.Add({{"outcome", "written"}})),
        failed_(calls_.Add({{"outcome", "failed"}})),
        lost_(calls_.Add({{"outcome", "lost"}})),
        timeouts_(calls_.Add({{"outcome", "timeout"}})),
        refused_(calls_.Add({{"outcome", "refused"}})),
        too_large_(calls_.Add({{"outcome", "too_large"}})),
        connected_(gauge(registry, "troupe_store_connected", "1 while the shared store answers")),
        open_(gauge(registry, "troupe_store_breaker_open",
                    "1 while the breaker keeps calls from the shared store")) {}

  void hit() { hits_.Increment(); }
  void miss() { misses_.Increment(); }
  void written() { written_.Increment(); }
  void failed() { failed_.Increment(); }
  void lost() { lost_.Increment(); }
  void timed_out() { timeouts_.Increment(); }
  void refused() { refused_.Increment(); }
  void too_large() { too_large_.Increment(); }
  void show(const store_pipeline& now) {
    using state = circuit_breaker::state;
    connected_.Set(now.is_connected() ? 1 : 0);
    const auto breaker = now.breaker();
    open_.Set(breaker == state::open || breaker == state::forced_open ? 1 : 0);
  }

 private:
  static prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name,
                                  const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }

  prometheus::Family<prometheus::Counter>& calls_;
  prometheus::Counter& hits_;
  prometheus::Counter& misses_;
  prometheus::Counter& written_;
  prometheus::Counter& failed_;
  prometheus::Counter& lost_;
  prometheus::Counter& timeouts_;
  prometheus::Counter& refused_;
  prometheus::Counter& too_large_;
  prometheus::Gauge& connected_;
  prometheus::Gauge& open_;
};

}  // namespace troupe
