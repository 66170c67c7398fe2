#include "actors/sla/sla_monitor_actor.hpp"

#include <utility>

namespace troupe {

namespace {
constexpr auto review_period = std::chrono::milliseconds(500);
}

sla_monitor_state::sla_monitor_state(handle::pointer self, dependencies with)
    : self_(self), with_(std::move(with)) {}

void sla_monitor_state::review() {
  const auto reading = with_.window->read(with_.time.now(self_));
  with_.probe->update(reading);
  // The first reading of an incarnation is told in any case: the one before may have left another.
  if (reading.met != met_) {
    met_ = reading.met;
    if (with_.changed) with_.changed(reading);
  }
}

sla_monitor_state::handle::behavior_type sla_monitor_state::make_behavior() {
  with_.time.after(self_, review_period, tick_atom::value);
  return {
      [this](const sla_counts& counts) {
        with_.window->record(counts.in_time, counts.missed, with_.time.now(self_));
        with_.probe->answered(counts.in_time, counts.missed);
      },
      [this](tick_atom) {
        review();
        with_.time.after(self_, review_period, tick_atom::value);
      },
  };
}

}  // namespace troupe
