#pragma once

#include <functional>
#include <memory>

#include "actors/shell/dependencies.hpp"
#include "actors/sla/objective_monitor.hpp"
#include "actors/sla/objective_probe.hpp"
#include "messages/sla.hpp"

namespace troupe {

/// Watches one objective. What it has seen lives in `monitor`, the supervisor's heir, so that a
/// restart forgets nothing.
class objective_monitor_state {
 public:
  using handle = objective_monitor_actor;
  static constexpr const char* name = "objective_monitor";

  struct dependencies {
    std::shared_ptr<objective_monitor> monitor;
    std::shared_ptr<objective_probe> probe;
    std::function<void(objective_status_ptr)> publish;     // may be empty
    std::function<void(const objective_status&)> changed;  // the state; may be empty
    shell_time time;
  };

  objective_monitor_state(handle::pointer self, dependencies with);

  handle::behavior_type make_behavior();

 private:
  void tell();

  handle::pointer self_;
  dependencies with_;
  objective_state told_;
  bool silent_ = false;       // as told last
  std::uint32_t untold_ = 0;  // updates since
};

}  // namespace troupe
