#pragma once

#include <string>

#include "chaos/live/event_loop.hpp"
#include "chaos/live/http_client.hpp"
#include "chaos/world/world.hpp"

// What crosses HTTP between the harness and a child node.

namespace troupe::chaos {

/// The body of POST /v1/discover.
[[nodiscard]] std::string body_of(const discovery_request& request);

/// What the client of `asked` learns: as much of the result as verdicts look at.
[[nodiscard]] discovery_outcome outcome_of(const http_answer& got, const discovery_request& asked);

/// Asks a node over HTTP; `done` is called on the loop. A request that has no answer long after its
/// deadline stays without one.
void ask_node(http_client& by, event_loop& loop, const std::string& url,
              const discovery_request& request, world::answer_call done);

/// Adds what the routers of a node hold, from its /metrics page.
void count_jobs_on(const std::string& page, world::open_jobs& to);

}  // namespace troupe::chaos
