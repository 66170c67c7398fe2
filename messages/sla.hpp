#pragma once

#include <cstdint>
#include <optional>

#include "messages/caf.hpp"
#include "messages/ids.hpp"
#include "messages/objective_status.hpp"

namespace troupe {

/// Requests answered since the last such message.
struct sla_counts {
  std::uint64_t in_time = 0;
  std::uint64_t missed = 0;  // late, or answered with an error that is not the caller's own

  friend bool operator==(const sla_counts&, const sla_counts&) = default;
};

using sla_monitor_actor = caf::typed_actor<caf::reacts_to<sla_counts>, caf::reacts_to<tick_atom>>;

/// What an objective's metric shows now; nothing: there is no such metric.
struct metric_update {
  std::optional<metric_sample> shown;

  friend bool operator==(const metric_update&, const metric_update&) = default;
};

using objective_monitor_actor = caf::typed_actor<caf::reacts_to<metric_update>>;

/// From here on objective number `number` of the configuration is judged by this actor.
struct objective_route {
  std::uint32_t number = 0;
  objective_monitor_actor monitor;
};

using metric_sampler_actor =
    caf::typed_actor<caf::reacts_to<objective_route>, caf::reacts_to<tick_atom>>;

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::metric_update)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::objective_route)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::sla_counts)
