#pragma once

#include <memory>

#include "actors/shell/dependencies.hpp"
#include "actors/shell/open_requests.hpp"
#include "messages/coordinator.hpp"
#include "runtime/node/completion.hpp"
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

using entrance_actor = caf::typed_actor<caf::reacts_to<entrance_order>, caf::reacts_to<close_atom>,
                                        caf::reacts_to<sla_route>, caf::reacts_to<tick_atom>>;

/// Where requests from other threads enter the actor world. Holds each caller's completion until it
/// is answered, and counts for the SLA monitor what callers got: an error that is not their own and
/// a result after its deadline are misses, whoever is to blame.
class entrance_state {
 public:
  using handle = entrance_actor;
  using gateway = caf::typed_actor<caf::replies_to<coordinator_job>::with<discovery_result_ptr>>;
  static constexpr const char* name = "entrance";

  entrance_state(handle::pointer self, gateway next, shell_time time);

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
  void answered(std::uint64_t key, const waiting& asked, const discovery_result_ptr& result);
  void failed(std::uint64_t key, const caf::error& error);
  void tick();
  void arm();

  handle::pointer self_;
  gateway gateway_;
  shell_time time_;
  open_requests<completion_promise> open_;
  sla_monitor_actor sla_;
  sla_counts counts_;  // not yet told
  bool armed_ = false;
  bool closed_ = false;
};

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::entrance_order)
