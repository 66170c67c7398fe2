#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

#include "runtime/node.hpp"

namespace troupe {

/// The cell that an answer arrives in.
struct pending_answer::shared_state {
  explicit shared_state(time_point until) : deadline(until) {}

  /// The first one stays.
  void put(discovery_outcome outcome) {
    {
      const std::lock_guard hold(lock);
      if (answer) return;
      answer = std::move(outcome);
    }
    arrived.notify_all();
  }

  const time_point deadline;
  mutable std::mutex lock;
  mutable std::condition_variable arrived;
  std::optional<discovery_outcome> answer;
};

}  // namespace troupe
