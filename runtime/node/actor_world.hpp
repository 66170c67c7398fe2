#pragma once

#include "messages/caf.hpp"
#include "runtime/config/options.hpp"

namespace troupe {

/// The actor system's configuration: ours alone, never a file from the working directory.
class system_config : public caf::actor_system_config {
 public:
  explicit system_config(const node_section& settings);
};

/// An actor system and what it refers to. Its end waits for every actor.
struct actor_world {
  explicit actor_world(const node_section& settings) : config(settings), system(config) {}

  system_config config;
  caf::actor_system system;
};

}  // namespace troupe
