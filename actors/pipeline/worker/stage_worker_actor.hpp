#pragma once

#include <functional>
#include <memory>

#include "actors/pipeline/worker/stage_functions.hpp"
#include "actors/pipeline/worker/stage_probe.hpp"
#include "actors/shell/dependencies.hpp"
#include "messages/stage.hpp"

namespace troupe {

/// Runs pipeline stages, one job at a time. Blocks its thread while it computes, so jobs above
/// about 200 us belong on a worker that was spawned detached; where a worker runs is the business
/// of whoever spawns it.
class stage_worker_state {
 public:
  using handle = stage_actor;
  static constexpr const char* name = "stage_worker";

  struct dependencies {
    std::shared_ptr<const stage_table> stages;
    std::shared_ptr<stage_probe> probe;
    std::function<void()> on_own_thread;  // detached: sets the thread's priority; may be empty
    shell_time time;
  };

  stage_worker_state(handle::pointer self, dependencies with);

  handle::behavior_type make_behavior();

 private:
  caf::result<stage_answer> run(const stage_job& job);

  handle::pointer self_;
  dependencies with_;
};

}  // namespace troupe
