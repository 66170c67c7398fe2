#pragma once

#include <mutex>
#include <optional>
#include <utility>

#include "messages/errc.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// How the warming of a node's cache stands. Thread-safe.
class warm_board {
 public:
  /// Being ready may wait for it until then.
  void begin(time_point until) {
    const std::lock_guard hold(lock_);
    until_ = until;
  }

  void over(failure why, time_point now) {
    const std::lock_guard hold(lock_);
    until_.reset();
    why_ = std::move(why);
    ended_ = now;
  }

  [[nodiscard]] bool runs() const {
    const std::lock_guard hold(lock_);
    return until_.has_value();
  }

  [[nodiscard]] bool holds_up(time_point now) const {
    const std::lock_guard hold(lock_);
    return until_ && now < *until_;
  }

  /// What went wrong, as long as it may matter: what a cache could have begun with is too old
  /// `for_so_long` later.
  [[nodiscard]] failure problem(time_point now, duration for_so_long) const {
    const std::lock_guard hold(lock_);
    if (until_ && now >= *until_) return {errc::unavailable, "the warming has not ended"};
    return now - ended_ < for_so_long ? why_ : failure{};
  }

 private:
  mutable std::mutex lock_;
  std::optional<time_point> until_;
  failure why_;
  time_point ended_;
};

}  // namespace troupe
