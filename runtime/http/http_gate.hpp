#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>

#include "messages/ids.hpp"

namespace troupe {

/// Counts the handlers that are at work on a request, and lets no new one in once it is closed.
class http_gate {
 public:
  /// Being inside, or not. Leaves at its end at the latest.
  class pass {
   public:
    pass() = default;
    pass(const pass&) = delete;
    pass& operator=(const pass&) = delete;
    ~pass() { leave(); }

    /// False: the gate is closed.
    [[nodiscard]] bool enter(http_gate& gate) {
      leave();
      if (gate.let_in()) of_ = &gate;
      return of_ != nullptr;
    }

    void leave() {
      if (of_ != nullptr) std::exchange(of_, nullptr)->let_out();
    }

   private:
    http_gate* of_ = nullptr;
  };

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }

  [[nodiscard]] bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

  /// Waits until nobody is inside. False: `patience` ended first.
  bool wait_empty(duration patience) {
    std::unique_lock lock(mutex_);
    return left_.wait_for(lock, patience, [this] { return inside_ == 0; });
  }

 private:
  bool let_in() {
    const std::lock_guard lock(mutex_);
    if (!closed_) ++inside_;
    return !closed_;
  }

  void let_out() {
    const std::lock_guard lock(mutex_);
    if (--inside_ == 0) left_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable left_;
  std::size_t inside_ = 0;
  bool closed_ = false;
};

}  // namespace troupe
