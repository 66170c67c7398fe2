#pragma once

#include <vector>

#include "messages/supervision.hpp"

namespace troupe {

using router_report_atom = caf::atom_constant<caf::atom("routerrep")>;

/// Plain counters of one router, for metrics. Every accepted job ends in exactly one of `answered`,
/// `failed`, `poisoned`, `expired`, `abandoned`.
struct router_counters {
  std::uint64_t accepted = 0;
  std::uint64_t answered = 0;   // by a worker, with a result
  std::uint64_t failed = 0;     // by a worker, with an error that is its answer
  std::uint64_t poisoned = 0;   // killed their worker twice
  std::uint64_t expired = 0;    // deadline came first
  std::uint64_t abandoned = 0;  // nobody left to serve it, or the router stopped
  std::uint64_t refused = 0;    // not accepted: waiting limit, no worker will come, expired
  std::uint64_t crashes = 0;    // jobs that killed their worker, each time
  std::uint64_t reissued = 0;   // sent once more after a crash or behind one
  std::uint64_t late = 0;       // answers that came after their job was answered otherwise
};

struct router_report {
  router_counters counters;
  std::uint64_t waiting = 0;              // queued or parked, now
  std::uint64_t in_flight = 0;            // at a worker, now
  std::uint64_t workers = 0;              // running, now
  std::vector<dead_letter> dead_letters;  // the latest
};

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::router_report)
