#pragma once

#include <memory>

#include "messages/caf.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// A clock of its own for some actors: skewed, drifting, or ahead by the work of the running
/// handler. Given by a simulator only.
class own_clock {
 public:
  own_clock() = default;
  own_clock(const own_clock&) = delete;
  own_clock& operator=(const own_clock&) = delete;
  virtual ~own_clock() = default;

  /// What this clock shows at `common`, the time of the actor system.
  [[nodiscard]] virtual time_point at(time_point common) const = 0;
  /// How long the actor system waits for what is `delay` on this clock.
  [[nodiscard]] virtual duration common_delay(duration delay) const = 0;
};

/// How a shell knows the time and is woken: by the actor system's clock, which is virtual under the
/// test scheduler. The only door to time in actors/.
struct shell_time {
  std::shared_ptr<const own_clock> clock = {};  // null: the actor system's

  template <class Self>
  [[nodiscard]] time_point now(Self* self) const {
    const auto common = self->clock().now();
    return clock ? clock->at(common) : common;
  }

  template <class Self, class Message>
  void after(Self* self, duration delay, Message what) const {
    self->delayed_send(self, clock ? clock->common_delay(delay) : delay, what);
  }
};

}  // namespace troupe
