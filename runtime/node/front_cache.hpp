#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "runtime/node/near_cache.hpp"

namespace troupe {

/// What a node repeats on its caller's own thread, before any actor is asked: a caller that sleeps
/// until actors have answered pays for two wake-ups of threads, some 70 us, and this takes five.
/// Keeps and forgets as `near_cache` does. Thread-safe.
class front_cache {
 public:
  /// `now` tells the time; who waits for the lock has a later one.
  front_cache(result_cache::options limits, std::uint64_t model_version,
              std::shared_ptr<const std::atomic<std::uint64_t>> invalidations,
              std::function<time_point()> now)
      : now_(std::move(now)), held_(limits, model_version, std::move(invalidations)) {}

  [[nodiscard]] std::optional<discovery_result_ptr> find(const coordinator_job& job) {
    const auto found = look_up(job);
    if (!found) return std::nullopt;
    return near_cache::answer(*found, job, now_());
  }

  void keep(const coordinator_job& job, const discovery_result_ptr& answer) {
    auto what = held_.kept_of(job, answer);  // reads what never changes
    if (!what) return;
    const std::lock_guard hold(lock_);
    held_.forget_if_told(now_);
    held_.insert(job, *std::move(what), now_());
  }

  /// An answer was repeated. True for the first since `take_repeats`: who takes them is to be told.
  [[nodiscard]] bool note_repeat() noexcept {
    repeats_.fetch_add(1, std::memory_order_relaxed);
    return untaken_.fetch_add(1) == 0;
  }

  /// Of all repeated answers those that were not yet taken.
  [[nodiscard]] std::uint64_t take_repeats() noexcept { return untaken_.exchange(0); }
  [[nodiscard]] std::uint64_t repeats() const noexcept {
    return repeats_.load(std::memory_order_relaxed);
  }

 private:
  std::optional<result_cache::known> look_up(const coordinator_job& job) {
    const std::lock_guard hold(lock_);
    held_.forget_if_told(now_);
    return held_.look_up(job, now_());
  }

  std::function<time_point()> now_;
  std::mutex lock_;
  near_cache held_;
  std::atomic<std::uint64_t> untaken_ = 0;
  std::atomic<std::uint64_t> repeats_ = 0;
};

}  // namespace troupe
