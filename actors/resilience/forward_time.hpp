#pragma once

#include <chrono>

#include "messages/ids.hpp"

namespace troupe {

/// `from + span`, but never past the last time that there is.
[[nodiscard]] constexpr time_point later(time_point from, duration span) noexcept {
  return span > duration{0} && from > time_point::max() - span ? time_point::max() : from + span;
}

/// Makes a time that never goes back out of readings of a clock that may jump. Pure.
///
/// A step back of at most `slack` is a reading that arrived late: no time has passed. A longer one
/// is a jump of the clock: time goes on from where it was, so that nothing waits for the clock to
/// catch up. A jump ahead is believed, since nothing tells it from a long sleep.
class forward_time {
 public:
  static constexpr duration slack = std::chrono::seconds(1);

  /// The time at this reading.
  [[nodiscard]] time_point at(time_point reading) noexcept {
    if (reading < newest_) {
      if (newest_ - reading <= slack) return newest_ + shift_;
      shift_ += newest_ - reading;
    }
    newest_ = reading;
    return newest_ + shift_;
  }

  /// The time at a reading still to come, such as a deadline, if the clock does not jump.
  [[nodiscard]] time_point ahead(time_point reading) const noexcept {
    return later(reading, shift_);
  }

  /// The reading at which `when` will have come, if the clock does not jump.
  [[nodiscard]] time_point reading_at(time_point when) const noexcept { return when - shift_; }

 private:
  time_point newest_ = time_point::min();
  duration shift_{0};
};

}  // namespace troupe
