#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>

#include "messages/ids.hpp"

namespace troupe::chaos {

/// Calls in the order of their times, on the thread that runs the loop. `at` is thread-safe.
class event_loop {
 public:
  [[nodiscard]] static time_point now() noexcept { return std::chrono::steady_clock::now(); }

  void at(time_point when, std::function<void()> what);
  void post(std::function<void()> what) { at(now(), std::move(what)); }

  void clear();

  /// Runs what is due, and waits for more, until `end`. What is due later stays.
  void run_until(time_point end);

 private:
  [[nodiscard]] std::function<void()> next(time_point end);

  std::mutex lock_;
  std::condition_variable changed_;
  std::multimap<time_point, std::function<void()>> calls_;
};

}  // namespace troupe::chaos
