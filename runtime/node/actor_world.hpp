#pragma once

#include <caf/logger.hpp>

#include "messages/caf.hpp"
#include "runtime/config/options.hpp"

namespace troupe {

/// The actor system's configuration: ours alone, never a file from the working directory.
class system_config : public caf::actor_system_config {
 public:
  explicit system_config(const node_section& settings);
};

/// Of a thread that is not the actor system's own, while it spawns or asks there. CAF leaves such a
/// thread a reference to the system's logger, for which the system's end waits: for ever, unless it
/// is taken back.
class visit {
 public:
  visit() = default;
  visit(const visit&) = delete;
  visit& operator=(const visit&) = delete;
  ~visit() { caf::logger::set_current_actor_system(nullptr); }
};

/// An actor system and what it refers to. Its end waits for every actor.
struct actor_world {
  explicit actor_world(const node_section& settings) : config(settings), system(config) {}

  system_config config;
  caf::actor_system system;
};

}  // namespace troupe
