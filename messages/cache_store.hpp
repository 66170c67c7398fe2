#pragma once

#include "messages/breaker.hpp"
#include "messages/caf.hpp"
#include "messages/store.hpp"

namespace troupe {

using cache_store_actor =
    caf::typed_actor<caf::replies_to<store_get>::with<store_value>, caf::reacts_to<store_put>,
                     caf::reacts_to<store_forget>, caf::reacts_to<store_reply>,
                     caf::replies_to<breaker_query>::with<breaker_status>,
                     caf::replies_to<breaker_order>::with<breaker_status>,
                     caf::reacts_to<tick_atom>>;

/// From here on shards ask this store.
struct store_route {
  cache_store_actor actor;
};

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::store_get)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::store_value)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::store_put)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::store_forget)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::store_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::store_route)
