#pragma once

#include <functional>
#include <vector>

#include "actors/shell/dependencies.hpp"
#include "messages/sla.hpp"

namespace troupe {

/// Looks at the objectives' metrics once a second and tells each monitor what its metric shows.
///
/// Detached in production: some metrics are read from the kernel or asked of the tree's root, which
/// takes a moment. What a sampler that was away missed is in the next totals.
class metric_sampler_state {
 public:
  using handle = metric_sampler_actor;
  static constexpr const char* name = "metric_sampler";
  static constexpr duration period = std::chrono::seconds(1);

  using reader = std::function<std::optional<metric_sample>(const objective&)>;

  metric_sampler_state(handle::pointer self, std::vector<objective> objectives, reader read,
                       shell_time time);

  handle::behavior_type make_behavior();

 private:
  handle::pointer self_;
  std::vector<objective> objectives_;
  std::vector<objective_monitor_actor> monitors_;  // by number of the objective
  reader read_;
  shell_time time_;
};

}  // namespace troupe
