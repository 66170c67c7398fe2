#pragma once

#include <cstdint>

#include "messages/breaker.hpp"
#include "messages/cache.hpp"
#include "messages/caf.hpp"
#include "messages/discovery.hpp"
#include "messages/sla.hpp"
#include "messages/stage.hpp"

namespace troupe {

/// A request as it travels inside the node: the deadline is anchored to the local clock, the input
/// is hashed once.
struct coordinator_job {
  discovery_request request;
  content_hash input;  // hash_of(*request.input)
  time_point accepted;
  time_point deadline;
  std::uint64_t cache_ticket = 0;  // not 0: a stale entry is computed anew
  bool late = false;               // what came too late for its caller is made whole

  /// Nobody waits: it is for the cache alone.
  [[nodiscard]] bool behind() const noexcept { return cache_ticket != 0 || late; }
};

/// Whether `answer` is one to `job` at all: askers look, and take nothing else.
[[nodiscard]] inline bool belongs_to(const discovery_result_ptr& answer,
                                     const coordinator_job& job) noexcept {
  return answer && answer->id == job.request.id && answer->input == job.input &&
         answer->mode == job.request.mode;
}

/// From here on this stage is served by this router.
struct stage_route {
  stage which = stage::statistics;
  stage_actor router;
};

/// From here on cache shard number `shard` of `shards` is this actor.
struct cache_route {
  std::uint32_t shard = 0;
  cache_shard_actor actor;
};

/// From here on answers are counted by this actor.
struct sla_route {
  sla_monitor_actor actor;
};

using coordinator_actor =
    caf::typed_actor<caf::replies_to<coordinator_job>::with<discovery_result_ptr>,
                     caf::reacts_to<stage_route>, caf::reacts_to<cache_route>,
                     caf::reacts_to<breaker_route>, caf::reacts_to<breaker_news>,
                     caf::reacts_to<tick_atom>>;

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::coordinator_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stage_route)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cache_route)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::sla_route)
