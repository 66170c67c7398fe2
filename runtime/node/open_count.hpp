#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "messages/ids.hpp"

namespace troupe {

/// How many requests are accepted and not yet answered; a stop waits here until there is none.
/// Thread-safe.
class open_count {
 public:
  void add() {
    const std::lock_guard hold(lock_);
    ++count_;
  }

  void remove() {
    const std::lock_guard hold(lock_);
    if (--count_ == 0) none_left_.notify_all();
  }

  /// False when some are left at `until`.
  bool wait_for_none(time_point until) {
    std::unique_lock hold(lock_);
    return none_left_.wait_until(hold, until, [this] { return count_ == 0; });
  }

  [[nodiscard]] std::uint64_t now() const {
    const std::lock_guard hold(lock_);
    return count_;
  }

 private:
  mutable std::mutex lock_;
  std::condition_variable none_left_;
  std::uint64_t count_ = 0;
};

}  // namespace troupe
