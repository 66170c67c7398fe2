#pragma once

#include <cstdint>
#include <optional>

#include "messages/breaker_state.hpp"
#include "messages/caf.hpp"
#include "messages/findings.hpp"

namespace troupe {

/// The state of the breaker of this stage, told to its watchers.
struct breaker_news {
  stage which = stage::statistics;
  breaker_view now;
};

using breaker_watcher = caf::typed_actor<caf::reacts_to<breaker_news>>;

/// Tell me the state, now and whenever it changes, until I end. What I was permitted comes back
/// when I end.
struct watch_breaker {
  breaker_watcher watcher;
};

/// May I call, though the breaker is not closed?
struct permit_request {
  time_point deadline = time_point::max();  // of the call
};

struct permit_answer {
  std::optional<breaker_permit> granted;
  duration retry_after{0};  // when refused
};

/// The call of this permit ended.
struct permit_return {
  breaker_permit granted;
  call_sample call;
};

/// How does it stand?
struct breaker_query {};

using breaker_actor = caf::typed_actor<
    caf::reacts_to<watch_breaker>, caf::replies_to<permit_request>::with<permit_answer>,
    caf::reacts_to<call_samples>, caf::reacts_to<permit_return>,
    caf::replies_to<breaker_query>::with<breaker_status>,
    caf::replies_to<breaker_order>::with<breaker_status>, caf::reacts_to<tick_atom>>;

/// From here on the breaker of this stage is this actor.
struct breaker_route {
  stage which = stage::statistics;
  breaker_actor actor;
};

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::breaker_news)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::watch_breaker)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::permit_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::permit_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::call_samples)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::permit_return)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::breaker_order)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::breaker_query)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::breaker_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::breaker_route)
