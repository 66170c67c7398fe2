#pragma once

#include "messages/coordinator.hpp"
#include "messages/stage.hpp"
#include "messages/supervision.hpp"
#include "runtime/supervision/router_report.hpp"

namespace troupe {

/// The router in front of supervised workers that answer `Job` with `Answer`: a stable address over
/// their restarts. It can be used wherever an actor with `replies_to<Job>::with<Answer>` can.
///
/// Every job gets exactly one answer, by its deadline: the worker's answer or error; `poisoned`
/// when it killed two workers; `overloaded`, `unavailable`, `deadline_exceeded` or `stopping` when
/// it was not served. Jobs may run twice.
template <class Job, class Answer>
using router =
    caf::typed_actor<typename caf::replies_to<Job>::template with<Answer>, caf::reacts_to<child_up>,
                     caf::reacts_to<child_down>, caf::reacts_to<children_gone>,
                     caf::replies_to<router_report_atom>::with<router_report>,
                     caf::reacts_to<tick_atom>>;

/// What a router must know about a job: specialise it for each kind that is routed.
template <class Job>
struct routing_traits;

template <>
struct routing_traits<stage_job> {
  static constexpr const char* name = "stage_router";
  [[nodiscard]] static request_id id(const stage_job& job) { return job.id; }
  [[nodiscard]] static time_point deadline(const stage_job& job) { return job.deadline; }
  [[nodiscard]] static duration cost(const stage_job& job) { return job.predicted_cost; }
};

/// Coordinators answer by the deadline themselves, with what is there; the router only steps in
/// when one has not done so this long after.
inline constexpr duration coordinator_grace = std::chrono::milliseconds(20);

/// Coordinators compute nothing: they all live on the pool.
template <>
struct routing_traits<coordinator_job> {
  static constexpr const char* name = "coordinator_router";
  [[nodiscard]] static request_id id(const coordinator_job& job) { return job.request.id; }
  [[nodiscard]] static time_point deadline(const coordinator_job& job) {
    return job.deadline + coordinator_grace;
  }
  [[nodiscard]] static duration cost(const coordinator_job&) { return duration{0}; }
};

using stage_router = router<stage_job, stage_answer>;
using coordinator_router = router<coordinator_job, discovery_result_ptr>;

/// Start a router without workers: jobs wait until a supervisor announces some (`listeners` of
/// supervisor_plan, or a `subscribe` message).
[[nodiscard]] stage_router spawn_stage_router(caf::actor_system& system, routing_options settings);
[[nodiscard]] coordinator_router spawn_coordinator_router(caf::actor_system& system,
                                                          routing_options settings);

}  // namespace troupe
