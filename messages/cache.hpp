#pragma once

#include <cstdint>

#include "messages/caf.hpp"
#include "messages/discovery.hpp"

namespace troupe {

/// Is there a whole result under this key? Answered by the result, or by null.
struct cache_lookup {
  content_hash key;
};

/// Keep a whole result under this key.
struct cache_insert {
  content_hash key;
  discovery_result_ptr result;
};

using cache_shard_actor =
    caf::typed_actor<caf::replies_to<cache_lookup>::with<discovery_result_ptr>,
                     caf::reacts_to<cache_insert>, caf::reacts_to<tick_atom>>;

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cache_lookup)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cache_insert)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::discovery_result_ptr)
