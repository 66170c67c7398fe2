#pragma once

#include <caf/scheduler/test_coordinator.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "chaos/world/dice.hpp"
#include "messages/caf.hpp"

namespace troupe::chaos {

/// Runs one actor system in virtual time: a single thread, where the actor that runs next is drawn
/// from the seed, and time passes only when no actor has anything left to do. The same seed and the
/// same calls give the same run, on every machine; `log_hash` proves it.
class simulation {
 public:
  /// A part of the system that can be paused: a logical node. 0: never paused.
  using domain = std::uint32_t;

  explicit simulation(std::uint64_t seed);
  ~simulation();
  simulation(const simulation&) = delete;
  simulation& operator=(const simulation&) = delete;

  [[nodiscard]] caf::actor_system& system() noexcept { return system_; }
  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }

  /// Virtual time; starts at `origin`.
  [[nodiscard]] time_point now() const noexcept { return clock_->current_time; }
  static constexpr time_point origin = time_point{} + std::chrono::hours(1);

  /// Calls `what` at `when`, or now if that has passed; before timers of actors at the same time.
  void at(time_point when, std::function<void()> what);
  void after(duration delay, std::function<void()> what) { at(now() + delay, std::move(what)); }

  /// Until `end`, where the clock then stands.
  void run_until(time_point end);

  /// Lets everything happen that happens without time passing.
  void settle();

  // ---- what the running handler does

  /// The handler of the running actor computes for this long. Its clock shows so at once; the one
  /// who holds its messages (compute_gate) makes the others wait for it.
  void compute(duration work) noexcept { computed_ += work; }
  [[nodiscard]] duration computed() const noexcept { return computed_; }

  /// The next handler of this actor that computes is to fail.
  void doom(caf::actor_id actor) { doomed_.insert(actor); }
  /// Whether the handler that runs now is to fail; only once.
  [[nodiscard]] bool take_doom() { return doomed_.erase(running_) > 0; }

  // ---- domains

  void belongs(caf::actor_id actor, domain to) { domains_[actor] = to; }
  /// Actors of a paused domain get no processor; what is sent to them waits.
  void pause(domain which);
  void resume(domain which);
  [[nodiscard]] bool paused(domain which) const { return paused_.contains(which); }

  // ---- what happened

  [[nodiscard]] std::uint64_t events() const noexcept { return events_; }
  /// Of every event so far: which actor ran, and when.
  [[nodiscard]] std::uint64_t log_hash() const noexcept { return hash_; }
  /// Takes something else that happened into the hash.
  void note(std::uint64_t what) noexcept { hash_ = mix(hash_, what); }

 private:
  /// What actors run on: hands over those that are woken.
  class processor final : public caf::execution_unit {
   public:
    explicit processor(caf::scheduler::test_coordinator& of)
        : caf::execution_unit(&of.system()), of_(of) {}
    void exec_later(caf::resumable* job) override { of_.jobs.push_back(job); }

   private:
    caf::scheduler::test_coordinator& of_;
  };

  bool run_one();
  void run(caf::resumable* job);
  bool next_time(time_point end);
  [[nodiscard]] domain domain_of(caf::resumable* job) const;

  std::uint64_t seed_;
  dice order_;
  caf::actor_system_config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator* scheduler_;
  caf::detail::test_actor_clock* clock_;
  processor processor_;
  struct call {
    time_point when;
    std::uint64_t number =
        0;  // in the order of `at`: of those at the same time the first comes first
    std::function<void()> what;

    // The standard library's heap has the greatest on top.
    bool operator<(const call& other) const noexcept {
      return std::tie(other.when, other.number) < std::tie(when, number);
    }
  };

  std::vector<call> calls_;  // a heap
  std::uint64_t calls_made_ = 0;
  std::unordered_map<caf::actor_id, domain> domains_;
  std::map<domain, std::vector<caf::resumable*>> paused_;  // with the jobs that wait
  duration computed_{0};
  caf::actor_id running_ = 0;
  std::set<caf::actor_id> doomed_;
  std::uint64_t events_ = 0;
  std::uint64_t hash_ = 0;
};

}  // namespace troupe::chaos
