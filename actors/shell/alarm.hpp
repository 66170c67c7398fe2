#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "messages/ids.hpp"

namespace troupe {

/// When an actor is to be woken next: at the earliest of what it was asked for. Timers cannot be
/// taken back, so one is only set when it comes before those that are on their way; whoever is
/// woken asks anew for what is still due. Pure.
class alarm {
 public:
  /// In how long a timer is to ring; nothing: an earlier one is on its way. Never sooner than
  /// `shortest`, so that a clock which stands still cannot keep an actor busy.
  [[nodiscard]] std::optional<duration> set(time_point due, time_point now, duration shortest) {
    due = std::max(due, now + shortest);
    if (due_ <= due) return std::nullopt;
    due_ = due;
    ++timers_;
    return due - now;
  }

  /// A timer rang. Returns by how much it was late.
  duration rang(time_point now) {
    --timers_;
    // A clock that changed its rate meanwhile may show less than what was waited for.
    if (now < due_ && timers_ > 0) return duration{0};
    const auto late = std::max(duration{0}, now - due_);
    due_ = time_point::max();
    return late;
  }

 private:
  time_point due_ = time_point::max();
  std::uint32_t timers_ = 0;  // on their way
};

}  // namespace troupe
