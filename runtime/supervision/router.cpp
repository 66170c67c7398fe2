#include "runtime/supervision/router.hpp"

#include "runtime/supervision/router_state.hpp"

namespace troupe {

stage_router spawn_stage_router(caf::actor_system& system, router_setup with) {
  return system.spawn<shell<router_state<stage_job, stage_answer>>>(std::move(with));
}

coordinator_router spawn_coordinator_router(caf::actor_system& system, router_setup with,
                                            coordinator_shortcut known) {
  return system.spawn<shell<router_state<coordinator_job, discovery_result_ptr>>>(std::move(with),
                                                                                  std::move(known));
}

}  // namespace troupe
