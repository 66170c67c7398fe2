#include "chaos/world/job_counts.hpp"

#include <algorithm>

namespace troupe::chaos {

void count_jobs(const metrics& of, world::open_jobs& to) {
  for (const auto& family : of.collect()) {
    const bool waits = family.name == "troupe_router_waiting";
    if (!waits && family.name != "troupe_router_in_flight") continue;
    for (const auto& one : family.metric) {
      (waits ? to.waiting : to.in_flight) += one.gauge.value;
      if (!waits) continue;
      const bool gateway = !one.label.empty() && one.label.front().value == "gateway";
      auto& longest = gateway ? to.longest_gateway_queue : to.longest_stage_queue;
      longest = std::max(longest, one.gauge.value);
    }
  }
}

}  // namespace troupe::chaos
