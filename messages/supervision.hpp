#pragma once

#include <string>

#include "messages/caf.hpp"
#include "messages/ids.hpp"
#include "messages/placement.hpp"

namespace troupe {

/// A child of a supervisor runs. Told to its listeners, also at once to a new listener.
///
/// Listeners compare path and incarnation, never handles: what is heard about incarnation n may
/// come after n + 1 is up.
struct child_up {
  std::string path;
  incarnation life;
  placement where = placement::none;
  caf::actor handle;
};

/// An incarnation ended. `returns`: another one will be started.
struct child_down {
  std::string path;
  incarnation life;
  failure why;
  bool returns = false;
};

/// The supervisor at `path` gave up or was stopped: none of its children comes back.
struct children_gone {
  std::string path;
};

/// Whoever wants to hear about the children of a supervisor: routers.
using child_listener = caf::typed_actor<caf::reacts_to<child_up>, caf::reacts_to<child_down>,
                                        caf::reacts_to<children_gone>>;

/// Asks a supervisor to tell `listener` about its children, from now on and until it ends.
struct subscribe {
  child_listener listener;
};

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_down)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::children_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::subscribe)
