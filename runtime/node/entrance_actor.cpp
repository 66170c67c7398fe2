#include "runtime/node/entrance_actor.hpp"

#include <utility>

#include "actors/shell/shell.hpp"

namespace troupe {

namespace {
constexpr duration sweep_period = std::chrono::milliseconds(10);
}

entrance_state::entrance_state(handle::pointer self, gateway next, shell_time time)
    : self_(self), gateway_(std::move(next)), time_(time) {}

void entrance_state::arm() {
  if (armed_ || open_.empty()) return;
  armed_ = true;
  time_.after(self_, sweep_period, tick_atom::value);
}

void entrance_state::take(const entrance_order& order) {
  if (closed_) return order.whom->deliver(failure{errc::stopping, "the node is stopping"});
  const auto key = open_.add({order.whom}, order.job.deadline + entrance_grace);
  self_->request(gateway_, caf::infinite, order.job)
      .then([this, key](const discovery_result_ptr& result) { open_.answer(key, result); },
            [this, key](const caf::error& error) { open_.answer(key, error); });
  arm();
}

entrance_state::handle::behavior_type entrance_state::make_behavior() {
  return {
      [this](const entrance_order& order) { take(order); },
      [this](close_atom) {
        closed_ = true;
        while (const auto key = open_.first_due(time_point::max())) {
          open_.answer(*key, make_error(errc::stopping, "the node is stopping"));
        }
      },
      [this](tick_atom) {
        armed_ = false;
        open_.sweep(time_.now(self_));
        arm();
      },
  };
}

}  // namespace troupe
