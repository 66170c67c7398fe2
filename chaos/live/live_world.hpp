#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "chaos/live/event_loop.hpp"
#include "chaos/live/watchdog.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

/// A world in real time. The thread that plays the scenario runs the event loop; messages pass on
/// the threads of nodes, so everything about faults is behind one lock.
class live_world : public world {
 public:
  /// Starts the watchdog: before any other thread.
  live_world(std::uint64_t seed, std::uint32_t nodes) : world(seed, nodes) {}
  ~live_world() override;

  [[nodiscard]] time_point now() const override { return event_loop::now(); }
  void at(time_point when, std::function<void()> what) override { loop_.at(when, std::move(what)); }
  void run_until(time_point end) override { loop_.run_until(end); }

  void judge(passing& message) override;
  void alone(const std::function<void()>& what) override;
  void hold(const fault& by, std::function<void()> deliver) override;

  bool burn(const fault& by, std::uint32_t processes) override;
  bool press_memory(const fault& by, std::uint64_t bytes) override;

 protected:
  void record(event_record what) override;
  [[nodiscard]] event_loop& loop() noexcept { return loop_; }
  [[nodiscard]] std::recursive_mutex& lock() noexcept { return lock_; }
  [[nodiscard]] watchdog& guard() noexcept { return watchdog_; }

 private:
  void end_helpers_of(const fault& by);

  watchdog watchdog_;
  event_loop loop_;
  std::recursive_mutex lock_;  // a fault that acts may make others act
  std::map<const fault*, std::vector<watched_process>> helpers_;
};

}  // namespace troupe::chaos
