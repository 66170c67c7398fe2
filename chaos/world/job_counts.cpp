#include "chaos/world/job_counts.hpp"

#include <algorithm>

namespace troupe::chaos {

// Only these two families: to collect all of them each second would cost a simulation more than
// what it simulates.
void count_jobs(const metrics& of, world::open_jobs& to) {
  of.read("troupe_router_in_flight", [&](const auto&, double value) { to.in_flight += value; });
  of.read("troupe_router_waiting", [&](const auto& labels, double value) {
    to.waiting += value;
    const bool gateway = !labels.empty() && labels.front().value == "gateway";
    auto& longest = gateway ? to.longest_gateway_queue : to.longest_stage_queue;
    longest = std::max(longest, value);
  });
}

}  // namespace troupe::chaos
