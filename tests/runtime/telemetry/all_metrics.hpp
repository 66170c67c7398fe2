#pragma once

#include "actors/cache/cache_probe.hpp"
#include "actors/cache/store_probe.hpp"
#include "actors/cache/warm_probe.hpp"
#include "actors/discovery/discovery_probe.hpp"
#include "actors/pipeline/worker/stage_probe.hpp"
#include "actors/resilience/breaker_probe.hpp"
#include "actors/sla/objective_probe.hpp"
#include "actors/sla/sla_probe.hpp"
#include "runtime/http/http_probe.hpp"
#include "runtime/node/node_metrics.hpp"
#include "runtime/telemetry/log_metrics.hpp"
#include "runtime/telemetry/metrics.hpp"

namespace troupe {

/// Defines every metric of the product, as a running node does. A room that adds a probe adds its
/// line here; docs/metrics.md and promtool then judge it.
inline void define_all(metrics& in) {
  define_process_metrics(in, "0.0.0");
  auto quiet = std::get<log_service>(log_service::open({.level = "off"}));
  define_log_metrics(in, quiet);
  http_probe http(in);
  http.answered(http_endpoint::discover, 200, std::chrono::milliseconds(3));
  define_node_metrics(
      in, {[] { return true; }, [] { return true; },
           [] { return supervision::supervision_report{}; }, [] { return std::uint64_t{0}; }});
  define_router_metrics(in, "grammar", std::make_shared<const router_probe>());
  cache_probe(in.registry()).update({}, 0);
  store_probe(in.registry()).hit();
  warm_probe(in.registry()).warmed({});
  breaker_probe(in.registry(), "grammar").show(breaker_state::closed);
  sla_probe(in.registry()).update({});
  objective_probe(in.registry(), "answered_in_time").update({});
  discovery_probe(in.registry(), "coordinator-1").flush(0);
  stage_probe(in.registry(), "grammar/pool-1").ran(stage::grammar, {}, errc::none);
}

}  // namespace troupe
