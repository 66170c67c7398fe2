#pragma once

#include "messages/caf.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// One answered request, as the SLA monitor sees it.
struct sla_sample {
  duration took{0};
  bool in_time = true;
  bool failed = false;  // answered with an error
};

using sla_monitor_actor = caf::typed_actor<caf::reacts_to<sla_sample>, caf::reacts_to<tick_atom>>;

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::sla_sample)
