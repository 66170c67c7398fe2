#include "chaos/live/event_loop.hpp"

#include <utility>

namespace troupe::chaos {

void event_loop::at(time_point when, std::function<void()> what) {
  {
    const std::lock_guard hold(lock_);
    calls_.emplace(when, std::move(what));
  }
  changed_.notify_one();
}

void event_loop::clear() {
  decltype(calls_) gone;  // ends outside the lock: it may call back
  {
    const std::lock_guard hold(lock_);
    gone.swap(calls_);
  }
}

// Empty once `end` has come.
std::function<void()> event_loop::next(time_point end) {
  std::unique_lock hold(lock_);
  while (true) {
    const auto time = now();
    if (!calls_.empty() && calls_.begin()->first <= std::min(time, end)) {
      return std::move(calls_.extract(calls_.begin()).mapped());
    }
    if (time >= end) return {};
    changed_.wait_until(hold, calls_.empty() ? end : std::min(end, calls_.begin()->first));
  }
}

void event_loop::run_until(time_point end) {
  while (const auto call = next(end)) call();
}

}  // namespace troupe::chaos
