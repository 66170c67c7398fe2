#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "runtime/node/completion.hpp"

namespace troupe {

/// The calls that are accepted and not yet answered: a stop waits here until there is none, and
/// answers in the actors' place should they not do so. Thread-safe.
class open_calls {
 public:
  /// Never 0, never used again.
  [[nodiscard]] std::uint64_t new_key() {
    const std::lock_guard hold(lock_);
    return ++last_key_;
  }

  void add(std::uint64_t key, const std::shared_ptr<completion>& whom) {
    const std::lock_guard hold(lock_);
    open_.emplace(key, whom);
  }

  void remove(std::uint64_t key) {
    const std::lock_guard hold(lock_);
    open_.erase(key);
    if (open_.empty()) none_left_.notify_all();
  }

  /// False when some are left at `until`.
  bool wait_for_none(time_point until) {
    std::unique_lock hold(lock_);
    return none_left_.wait_until(hold, until, [this] { return open_.empty(); });
  }

  void answer_all(const failure& why) {
    std::vector<std::shared_ptr<completion>> left;
    {
      const std::lock_guard hold(lock_);
      for (const auto& [key, whom] : open_) left.push_back(whom.lock());
    }
    for (const auto& whom : left) {
      if (whom) whom->deliver(why);
    }
  }

  [[nodiscard]] std::uint64_t now() const {
    const std::lock_guard hold(lock_);
    return open_.size();
  }

 private:
  mutable std::mutex lock_;
  std::condition_variable none_left_;
  std::unordered_map<std::uint64_t, std::weak_ptr<completion>> open_;
  std::uint64_t last_key_ = 0;
};

}  // namespace troupe
