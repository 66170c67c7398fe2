#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "messages/objective_status.hpp"

namespace troupe {

/// How each objective stands, as its monitor told last; in the order of the configuration.
/// Thread-safe.
class objective_board {
 public:
  explicit objective_board(std::size_t objectives) : all_(objectives) {}

  void set(std::size_t number, objective_status_ptr now) {
    const std::lock_guard hold(lock_);
    all_.at(number) = std::move(now);
  }

  /// Without those that have not told anything yet.
  [[nodiscard]] std::vector<objective_status_ptr> all() const {
    const std::lock_guard hold(lock_);
    std::vector<objective_status_ptr> out;
    for (const auto& one : all_) {
      if (one) out.push_back(one);
    }
    return out;
  }

 private:
  mutable std::mutex lock_;
  std::vector<objective_status_ptr> all_;
};

}  // namespace troupe
