#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "actors/shell/dependencies.hpp"
#include "actors/sla/compliance_window.hpp"
#include "actors/sla/sla_probe.hpp"
#include "messages/sla.hpp"

namespace troupe {

/// Watches the deadline objective of a node. The window lives in `window`, the supervisor's heir,
/// so that a restart forgets nothing.
class sla_monitor_state {
 public:
  using handle = sla_monitor_actor;
  static constexpr const char* name = "sla_monitor";

  struct dependencies {
    std::shared_ptr<compliance_window> window;
    std::shared_ptr<sla_probe> probe;
    std::function<void(const compliance_window::reading&)> changed;  // met <-> missed
    shell_time time;
  };

  sla_monitor_state(handle::pointer self, dependencies with);

  handle::behavior_type make_behavior();

 private:
  void review();

  handle::pointer self_;
  dependencies with_;
  std::optional<bool> met_;  // as told last
};

}  // namespace troupe
