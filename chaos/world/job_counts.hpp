#pragma once

#include "chaos/world/world.hpp"
#include "runtime/telemetry/metrics.hpp"

namespace troupe::chaos {

/// Adds what the routers of one node hold.
void count_jobs(const metrics& of, world::open_jobs& to);

}  // namespace troupe::chaos
