#pragma once

#include <cstdint>
#include <optional>

#include "messages/cache_store.hpp"
#include "messages/caf.hpp"
#include "messages/discovery.hpp"
#include "messages/warming.hpp"

namespace troupe {

/// Is anything known under this key? Answered by `cache_answer`; at once, unless the asker waits.
///
/// Whoever waits (`wait_until` after now) takes part in the single flight of the key: one asker
/// computes (it gets a ticket), the others have its answer, or are sent off to compute themselves.
struct cache_lookup {
  content_hash key;
  duration accept_stale_up_to{0};  // so long after its time to live an entry still serves
  time_point wait_until = {};      // for the answer of another asker
  time_point deadline = {};        // of the asker: until then it may lead
  std::uint64_t model_version = 0;
  duration last_up_to{0};  // so long after its time to live an entry may come as `last`
};

/// What is known: a result with its age, the reason why there never is one, or nothing. With a
/// ticket the asker is the one who computes: it ends the flight by `cache_insert` or
/// `cache_abandon`. A stale result with a ticket is to be answered first and computed anew behind.
struct cache_answer {
  discovery_result_ptr result = {};
  failure why = {};    // known not to be computable: a property of the input
  duration age{0};     // since it was computed
  bool stale = false;  // older than its time to live
  std::uint64_t ticket = 0;
  discovery_result_ptr last = {};  // too old to answer with, but better than nothing; or null
  duration last_age{0};

  [[nodiscard]] bool known() const noexcept { return result != nullptr || why; }
};

/// Keep what was computed under this key: a whole result, or (null) the reason why there is none.
struct cache_insert {
  content_hash key;
  discovery_result_ptr result;
  failure why = {};
  std::uint64_t model_version = 0;
  time_point begun = {};  // what began before its model version was invalidated is not kept
};

/// The asker with this ticket has no answer for the others: the next of them computes.
struct cache_abandon {
  content_hash key;
  std::uint64_t ticket = 0;
};

/// Forget what these models computed; nothing: what any did.
struct cache_invalidate {
  std::optional<std::uint64_t> model_version;
};

/// What is held and fresh among `count` entries, those used last first, after the `first` ones.
struct cache_sample {
  std::uint64_t first = 0;
  std::uint32_t count = 0;
};
struct cache_sampled {
  std::vector<std::pair<std::uint64_t, cached_entry>> entries;  // by rank
  bool more = false;                                            // behind the last rank asked for
};

/// Keep these too, as far as there is room: nothing that is fresh makes way for them.
struct cache_warm {
  std::vector<cached_entry> entries;
};

using cache_shard_actor =
    caf::typed_actor<caf::replies_to<cache_lookup>::with<cache_answer>,
                     caf::replies_to<cache_sample>::with<cache_sampled>,
                     caf::replies_to<cache_warm>::with<warm_counts>, caf::reacts_to<cache_insert>,
                     caf::reacts_to<cache_abandon>, caf::reacts_to<cache_invalidate>,
                     caf::reacts_to<store_route>, caf::reacts_to<tick_atom>>;

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cache_lookup)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cache_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cache_insert)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cache_abandon)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cache_invalidate)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cache_sample)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cache_sampled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cache_warm)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::warm_counts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::discovery_result_ptr)
