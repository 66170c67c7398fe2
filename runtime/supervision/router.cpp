#include "runtime/supervision/router.hpp"

#include "runtime/supervision/router_state.hpp"

namespace troupe {

stage_router spawn_stage_router(caf::actor_system& system, routing_options settings) {
  return system.spawn<shell<router_state<stage_job, stage_answer>>>(settings);
}

coordinator_router spawn_coordinator_router(caf::actor_system& system, routing_options settings) {
  return system.spawn<shell<router_state<coordinator_job, discovery_result_ptr>>>(settings);
}

}  // namespace troupe
