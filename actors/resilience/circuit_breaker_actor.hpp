#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "actors/resilience/breaker_probe.hpp"
#include "actors/resilience/circuit_breaker.hpp"
#include "actors/shell/dependencies.hpp"
#include "messages/breaker.hpp"

namespace troupe {

/// The circuit breaker in front of one stage. Its callers keep a copy of its state, pushed at each
/// change: while it is closed they call without asking and report in batches; while it tries the
/// stage they ask for a permit. A permit comes back also when its caller ends.
class circuit_breaker_state {
 public:
  using handle = breaker_actor;
  static constexpr const char* name = "circuit_breaker";

  using holders = std::unordered_map<std::uint64_t, caf::actor_addr>;  // of probes

  struct dependencies {
    stage which = stage::statistics;
    std::shared_ptr<circuit_breaker> rules;  // heirs: what was counted outlives the actor,
    std::shared_ptr<holders> out = std::make_shared<holders>();  // and who has a permit
    std::shared_ptr<breaker_probe> probe;
    std::function<void(const circuit_breaker::change&)> changed = {};  // must not block
    shell_time time = {};
  };

  circuit_breaker_state(handle::pointer self, dependencies with);

  handle::behavior_type make_behavior();

 private:
  [[nodiscard]] permit_answer permit_for(const permit_request& asked,
                                         const caf::strong_actor_ptr& caller);
  void count(const call_samples& calls);
  void take_back(const permit_return& returned);
  breaker_status obey(breaker_order order);
  void caller_gone(const caf::actor_addr& caller);
  void watch_holders();
  void tick();
  void arm(time_point now);
  void tell(const std::optional<circuit_breaker::change>& change);

  handle::pointer self_;
  dependencies with_;
  std::vector<breaker_watcher> watchers_;
  bool armed_ = false;
};

}  // namespace troupe
