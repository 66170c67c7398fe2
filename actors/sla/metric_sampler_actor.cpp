#include "actors/sla/metric_sampler_actor.hpp"

#include <utility>

namespace troupe {

metric_sampler_state::metric_sampler_state(handle::pointer self, std::vector<objective> objectives,
                                           reader read, shell_time time)
    : self_(self),
      objectives_(std::move(objectives)),
      monitors_(objectives_.size()),
      read_(std::move(read)),
      time_(std::move(time)) {}

metric_sampler_state::handle::behavior_type metric_sampler_state::make_behavior() {
  time_.after(self_, period, tick_atom::value);
  return {
      [this](const objective_route& route) { monitors_.at(route.number) = route.monitor; },
      [this](tick_atom) {
        for (std::size_t i = 0; i < objectives_.size(); ++i) {
          if (monitors_[i]) self_->send(monitors_[i], metric_update{read_(objectives_[i])});
        }
        time_.after(self_, period, tick_atom::value);
      },
  };
}

}  // namespace troupe
