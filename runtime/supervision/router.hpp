#pragma once

#include "messages/stage.hpp"
#include "runtime/supervision/router_report.hpp"
#include "runtime/supervision/routing_table.hpp"

namespace troupe {

/// The router in front of supervised workers that answer `Job` with `Answer`: a stable address over
/// their restarts. Assignable to `caf::typed_actor<replies_to<Job>::with<Answer>>`.
template <class Job, class Answer>
using router =
    caf::typed_actor<typename caf::replies_to<Job>::template with<Answer>, caf::reacts_to<child_up>,
                     caf::reacts_to<child_down>, caf::reacts_to<children_gone>,
                     caf::replies_to<router_report_atom>::with<router_report>,
                     caf::reacts_to<tick_atom>>;

/// What a router must know about a job. Specialise it for each pair that is routed.
template <class Job>
struct routing_traits {
  // static constexpr const char* name;
  // static request_id id(const Job&);
  // static time_point deadline(const Job&);
  // static duration cost(const Job&);  // predicted; decides between pool and detached workers
};

template <>
struct routing_traits<stage_job> {
  static constexpr const char* name = "stage_router";
  [[nodiscard]] static request_id id(const stage_job& job) { return job.id; }
  [[nodiscard]] static time_point deadline(const stage_job& job) { return job.deadline; }
  [[nodiscard]] static duration cost(const stage_job& job) { return job.predicted_cost; }
};

using stage_router = router<stage_job, stage_answer>;

/// Starts a router without workers: jobs wait until a supervisor announces some (`listeners` of
/// supervisor_plan, or a `subscribe` message).
template <class Job, class Answer>
[[nodiscard]] router<Job, Answer> spawn_router(caf::actor_system& system, routing_options settings);

}  // namespace troupe
