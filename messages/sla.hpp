#pragma once

#include <cstdint>

#include "messages/caf.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// Requests answered since the last such message.
struct sla_counts {
  std::uint64_t in_time = 0;
  std::uint64_t missed = 0;  // late, or answered with an error that is not the caller's own

  friend bool operator==(const sla_counts&, const sla_counts&) = default;
};

using sla_monitor_actor = caf::typed_actor<caf::reacts_to<sla_counts>, caf::reacts_to<tick_atom>>;

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::sla_counts)
