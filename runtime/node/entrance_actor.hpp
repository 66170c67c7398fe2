#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "actors/resilience/overload_gate.hpp"
#include "actors/resilience/rate_limiter.hpp"
#include "actors/shell/alarm.hpp"
#include "actors/shell/dependencies.hpp"
#include "actors/shell/open_requests.hpp"
#include "messages/coordinator.hpp"
#include "runtime/node/completion.hpp"
#include "runtime/node/front_cache.hpp"
#include "runtime/supervision/router.hpp"

namespace troupe {

/// How long after a request's deadline the entrance answers in place of the gateway. Only a net
/// behind the router's own.
inline constexpr duration entrance_grace = 2 * coordinator_grace;

/// A request from outside the actor world.
struct entrance_order {
  coordinator_job job;
  std::shared_ptr<completion> whom;
};

/// The node stops: answer everything that is open, and whatever still comes, with `stopping`.
using close_atom = caf::atom_constant<caf::atom("close")>;

/// Answers were repeated without this actor (see `front_cache`): it is to count them.
using repeated_atom = caf::atom_constant<caf::atom("repeated")>;

using entrance_actor = caf::typed_actor<caf::reacts_to<entrance_order>, caf::reacts_to<close_atom>,
                                        caf::reacts_to<repeated_atom>, caf::reacts_to<sla_route>,
                                        caf::reacts_to<tick_atom>>;

/// Where requests from other threads enter the actor world, at the rate that their clients may.
/// Holds each caller's completion until it is answered, and counts for the SLA monitor what callers
/// got: an error that is not their own and a result after its deadline are misses, whoever is to
/// blame.
class entrance_state {
 public:
  using handle = entrance_actor;
  using gateway = caf::typed_actor<caf::replies_to<coordinator_job>::with<discovery_result_ptr>>;
  static constexpr const char* name = "entrance";

  struct dependencies {
    gateway next;
    std::shared_ptr<rate_limiter> rates = {};   // heir; null: as many as anybody likes
    std::shared_ptr<overload_gate> load = {};   // heir; null: nobody wants to know
    std::function<void(bool)> overloaded = {};  // told when it changes; must not block
    std::shared_ptr<front_cache> front = {};    // null: nothing is repeated without this actor
    shell_time time = {};
  };

  entrance_state(handle::pointer self, dependencies with);

  handle::behavior_type make_behavior();

 private:
  /// What is to be known of a request when its answer comes.
  struct waiting {
    request_id id;
    content_hash input;
    time_point accepted;
    time_point deadline;
  };

  void take(entrance_order& order);
  [[nodiscard]] failure check_rate(const coordinator_job& job, time_point now);
  void answered(std::uint64_t key, const waiting& asked, const discovery_result_ptr& result);
  void failed(std::uint64_t key, const caf::error& error);
  void tick();
  void review_load(time_point now);
  void arm(time_point now);
  void wake(time_point now);

  handle::pointer self_;
  dependencies with_;
  open_requests<completion_promise> open_;
  sla_monitor_actor sla_;
  sla_counts counts_;              // not yet told
  std::uint64_t refused_now_ = 0;  // of `counts_.missed`
  std::uint64_t served_ = 0;       // since the load was reviewed
  std::uint64_t refused_ = 0;
  std::optional<bool> overloaded_;
  time_point reviewed_;
  alarm alarm_;
  bool closed_ = false;
};

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::entrance_order)
