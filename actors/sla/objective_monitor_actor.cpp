#include "actors/sla/objective_monitor_actor.hpp"

#include <utility>

namespace troupe {

namespace {
// A slice ends each 10 s; a metric that does not come ends none, and is to be told as well.
constexpr std::uint32_t updates_untold = 30;
}  // namespace

objective_monitor_state::objective_monitor_state(handle::pointer self, dependencies with)
    : self_(self), with_(std::move(with)), told_(with_.monitor->state()) {}

void objective_monitor_state::tell() {
  auto now = std::make_shared<const objective_status>(with_.monitor->status());
  untold_ = 0;
  with_.probe->update(*now);
  if ((now->state != told_ || now->silent != silent_) && with_.changed) with_.changed(*now);
  told_ = now->state;
  silent_ = now->silent;
  if (with_.publish) with_.publish(std::move(now));
}

objective_monitor_state::handle::behavior_type objective_monitor_state::make_behavior() {
  tell();
  return {
      [this](const metric_update& update) {
        const bool is_new = with_.monitor->sample(update.shown, with_.time.now(self_));
        if (is_new || ++untold_ >= updates_untold) tell();
      },
  };
}

}  // namespace troupe
