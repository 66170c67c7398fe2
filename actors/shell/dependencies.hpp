#pragma once

#include "messages/caf.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// How a shell knows the time and is woken: by the actor system's clock, which is virtual under the
/// test scheduler. The only door to time in actors/, so that a simulated node can be given a clock
/// of its own.
struct shell_time {
  template <class Self>
  [[nodiscard]] time_point now(Self* self) const {
    return self->clock().now();
  }

  template <class Self, class Message>
  void after(Self* self, duration delay, Message what) const {
    self->delayed_send(self, delay, what);
  }
};

}  // namespace troupe
