#pragma once

#include <functional>

#include "runtime/supervision/supervisor_actor.hpp"
#include "runtime/telemetry/metrics.hpp"

namespace troupe {

/// What the node's own metrics are read from, at each scrape. Thread-safe and quick, all of them.
struct node_readings {
  std::function<bool()> ready;
  std::function<bool()> objective_met;
  std::function<supervision::supervision_report()> supervision;
};

void define_node_metrics(metrics& in, const node_readings& from);

}  // namespace troupe
