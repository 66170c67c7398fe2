#pragma once

#include "messages/caf.hpp"
#include "runtime/supervision/routing_table.hpp"

namespace troupe {

using router_report_atom = caf::atom_constant<caf::atom("routerrep")>;

/// How a router stands, for metrics.
struct router_report {
  router_counters counters;
  std::uint64_t waiting = 0;              // queued or parked, now
  std::uint64_t in_flight = 0;            // at a worker, now
  std::uint64_t workers = 0;              // running, now
  std::vector<dead_letter> dead_letters;  // the latest
};

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::router_report)
