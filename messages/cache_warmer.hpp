#pragma once

#include "messages/coordinator.hpp"
#include "messages/warming.hpp"

namespace troupe {

/// Fills the shards at a start; hears of each by a route.
using cache_warmer_actor = caf::typed_actor<caf::reacts_to<cache_route>, caf::reacts_to<warm_batch>,
                                            caf::reacts_to<tick_atom>>;

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::warm_batch)
