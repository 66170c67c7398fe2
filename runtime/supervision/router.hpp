#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "actors/shell/dependencies.hpp"
#include "messages/coordinator.hpp"
#include "messages/stage.hpp"
#include "messages/supervision.hpp"
#include "runtime/supervision/router_probe.hpp"
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
  [[nodiscard]] static routing_table::offer offer(const stage_job& job) {
    return {job.id, job.predicted_cost, job.deadline, job.content, job.hedge};
  }
};

/// Coordinators answer by the deadline themselves, with what is there; the router only steps in
/// when one has not done so this long after.
inline constexpr duration coordinator_grace = std::chrono::milliseconds(20);

/// Coordinators compute nothing: they all live on the pool.
template <>
struct routing_traits<coordinator_job> {
  static constexpr const char* name = "coordinator_router";
  [[nodiscard]] static routing_table::offer offer(const coordinator_job& job) {
    return {job.request.id, duration{0}, job.deadline + coordinator_grace,
            work_name(job.input, job.request.mode, job.request.level, job.request.only)};
  }
};

using stage_router = router<stage_job, stage_answer>;
using coordinator_router = router<coordinator_job, discovery_result_ptr>;

struct router_setup {
  routing_options rules = {};
  std::shared_ptr<router_probe> probe = {};               // null: nobody looks
  std::function<void(const dead_letter&)> poisoned = {};  // a job was; must not block
  shell_time time = {};
  std::uint64_t seed = 0;  // of the jitter between attempts
};

/// What a router may answer without a worker. Called by the router only; must be quick.
template <class Job, class Answer>
class shortcut {
 public:
  shortcut() = default;
  shortcut(const shortcut&) = delete;
  shortcut& operator=(const shortcut&) = delete;
  virtual ~shortcut() = default;

  [[nodiscard]] virtual std::optional<Answer> find(const Job& job, time_point now) = 0;
  /// A worker answered `job`.
  virtual void keep(const Job& job, const Answer& answer, time_point now) = 0;
};

using coordinator_shortcut = std::shared_ptr<shortcut<coordinator_job, discovery_result_ptr>>;

/// Start a router without workers: jobs wait until a supervisor announces some (`listeners` of
/// supervisor_plan, or a `subscribe` message).
[[nodiscard]] stage_router spawn_stage_router(caf::actor_system& system, router_setup with);
[[nodiscard]] coordinator_router spawn_coordinator_router(caf::actor_system& system,
                                                          router_setup with,
                                                          coordinator_shortcut known = nullptr);

}  // namespace troupe
