#pragma once

#include <functional>
#include <memory>
#include <string>

#include "runtime/supervision/router_probe.hpp"
#include "runtime/supervision/supervisor_actor.hpp"
#include "runtime/telemetry/metrics.hpp"

namespace troupe {

/// What the node's own metrics are read from, at each scrape. Thread-safe and quick, all of them.
struct node_readings {
  std::function<bool()> ready;
  std::function<bool()> objective_met;
  std::function<supervision::supervision_report()> supervision;
  std::function<std::uint64_t()> repeated;
};

void define_node_metrics(metrics& in, const node_readings& from);

/// Of one router, labelled with its name.
void define_router_metrics(metrics& in, const std::string& router,
                           const std::shared_ptr<const router_probe>& from);

}  // namespace troupe
