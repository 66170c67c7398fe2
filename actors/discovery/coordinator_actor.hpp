#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <unordered_map>
#include <vector>

#include "actors/discovery/discovery_probe.hpp"
#include "actors/discovery/discovery_run.hpp"
#include "actors/discovery/stage_gate.hpp"
#include "actors/resilience/admission.hpp"
#include "actors/shell/alarm.hpp"
#include "actors/shell/dependencies.hpp"
#include "actors/shell/open_requests.hpp"
#include "actors/shell/shell.hpp"
#include "messages/breaker.hpp"
#include "messages/coordinator.hpp"

namespace troupe {

/// The job in a message that is one.
[[nodiscard]] inline const coordinator_job& job_in(const caf::message& message) {
  return message.get_as<coordinator_job>(0);
}

/// Sees requests through: looks into the cache, runs the plan of discovery_run over the stage
/// routers, and answers in time with whatever is there. Every accepted request is in `open_` until
/// it is answered.
class coordinator_state {
 public:
  using handle = coordinator_actor;
  static constexpr const char* name = "coordinator";

  struct options {
    discovery_run::options run;
    std::uint32_t waiting_limit = 10'000;
    admission::options admit = {};                     // of work that the cache does not save
    bulkhead::options bulk = {};                       // around each stage
    duration silence = std::chrono::milliseconds(50);  // of a stage, see stage_gate
    duration late_time{0};  // to make whole what was too late for its caller; 0: it is not
    std::uint64_t model_version = 0;
    duration stale_while_revalidate{0};
    duration stale_if_error{0};  // for who takes a cached answer as a fallback
  };

  struct routes {
    std::array<stage_actor, all_stages.size()> stages;
    std::vector<cache_shard_actor>
        shards;  // empty: no cache; a shard that is down is an empty handle
  };

  struct dependencies {
    routes known;
    std::shared_ptr<cost_model> costs;  // heir: what was learned outlives the actor
    std::shared_ptr<discovery_probe> probe;
    shell_time time;
  };

  coordinator_state(handle::pointer self, options settings, dependencies with);
  ~coordinator_state();
  coordinator_state(const coordinator_state&) = delete;
  coordinator_state& operator=(const coordinator_state&) = delete;

  handle::behavior_type make_behavior();

 private:
  using promise = caf::typed_response_promise<discovery_result_ptr>;

  /// A request whose cache shard has been asked.
  struct looking {
    caf::message job;
    content_hash cache_key;
  };

  /// A turn to compute what others wait for, in the single flight of a cache key.
  struct lead {
    content_hash cache_key;
    std::uint64_t ticket = 0;  // 0: the shard has its result
    bool behind = false;       // the asker has its answer: a stale one, or
    bool late = false;         // one that was not whole in time
  };

  /// An earlier answer to the same request, for who gets nothing better.
  struct last_answer {
    discovery_result_ptr result;
    duration age{0};
    time_point since;  // it was this old
  };

  /// A request that waits for its turn.
  struct queued {
    std::uint64_t key = 0;
    caf::message job;
    content_hash cache_key;
  };

  /// A job for a stage, at work or waiting in the stage's bulkhead.
  struct call {
    discovery_run::launch job;
    stage_gate::pass with;
    std::stop_source stop = {};
    bool silent = false;  // its breaker knows that nobody answers
  };

  /// Whose job waits in a bulkhead.
  using waiting_jobs = std::unordered_map<std::uint64_t, std::uint64_t>;

  /// What a bulkhead orders.
  struct bulk_orders {
    stage which = stage::statistics;
    bulkhead::orders todo;
  };

  struct running {
    running(const coordinator_job& job, const cost_model& costs, discovery_run::options settings)
        : accepted(job.accepted),
          run(job.request, job.input, job.accepted, job.deadline, costs, settings) {}

    time_point accepted;
    discovery_run run;
    content_hash cache_key;
    admission::ticket ticket;
    std::vector<std::optional<call>> calls{all_stages.size()};  // by the first stage of the job
  };

  caf::result<discovery_result_ptr> accept(const coordinator_job& job);
  [[nodiscard]] failure refusal_of(const coordinator_job& job, time_point now) const;
  void look_up(std::uint64_t key, const content_hash& cached_as);
  void looked_up(std::uint64_t key, const cache_answer& held);
  void revalidate(coordinator_job job, std::uint64_t ticket);
  void leave_flight(std::uint64_t key);
  void make_whole(const running& one, const discovery_result& found);
  void abandon(const lead& turn);
  void count(std::uint64_t key, discovery_probe::outcome how, duration took);
  void offer(std::uint64_t key, caf::message message, const content_hash& cached_as);
  void follow(admission::orders todo);
  void turn_away(const admission::refusal& who);
  void begin(const queued& one, admission::ticket ticket);
  void advance(std::uint64_t key);
  [[nodiscard]] discovery_run::stage_set not_trusted() const;
  bool start(std::uint64_t key, running& one, discovery_run::launch job);
  void ask_breaker(std::uint64_t key, time_point deadline, const discovery_run::launch& job);
  bool entered(std::uint64_t key, running& one, discovery_run::launch job,
               const stage_gate::answer& answer);
  void send(std::uint64_t key, running& one, call& made);
  void came_back(std::uint64_t key, const discovery_run::launch& job,
                 const caf::expected<stage_answer>& answer);
  /// Of a call that ended with an error, or not in time.
  [[nodiscard]] call_outcome outcome_of(const call& made, errc code) const;
  void end_call(call& made, call_outcome how, std::optional<duration> worked = std::nullopt);
  void listen(time_point now);
  void give_up_silent(stage which);
  void report(stage which, bool all);
  void give_back(stage which, const breaker_permit& granted, call_sample how);
  void obey(bulk_orders orders);
  template <class Change>
  void on_stage(std::uint64_t key, Change change);
  void finish(std::uint64_t key);
  template <class Work>
  void blaming(std::uint64_t key, request_id id, Work work);
  void answer(std::uint64_t key, discovery_result_ptr result, discovery_probe::outcome how);
  void refuse(std::uint64_t key, const failure& why, duration took);
  void turn_down(std::uint64_t key, const coordinator_job& job, const failure& why);
  [[nodiscard]] discovery_result_ptr last_for(std::uint64_t key, const discovery_request& request,
                                              time_point accepted, time_point deadline) const;
  void give_up(std::uint64_t key, time_point now);
  void tick();
  void arm(time_point now);
  void wake_by(time_point due, time_point now);
  void wake_to_stop(const running& one, time_point now);
  [[nodiscard]] cache_shard_actor* shard_of(const content_hash& key);

  handle::pointer self_;
  options settings_;
  dependencies with_;
  open_requests<promise> open_;
  std::unordered_map<std::uint64_t, looking> looking_;
  std::unordered_map<std::uint64_t, lead> leads_;
  std::unordered_map<std::uint64_t, last_answer> last_;
  std::unordered_map<std::uint64_t, running> running_;
  admission admission_;
  std::map<std::uint64_t, queued> queued_;  // by ticket
  std::deque<admission::orders> todo_;
  bool follows_ = false;
  std::vector<stage_gate> gates_;  // by stage
  std::array<breaker_actor, all_stages.size()> breakers_;
  std::array<waiting_jobs, all_stages.size()> waiting_;
  std::deque<bulk_orders> bulk_todo_;
  bool obeys_ = false;
  bool blamed_ = false;  // this actor dies of a request, which has been told
  alarm alarm_;
  time_point last_report_;             // to the breakers and to the registry
  std::optional<time_point> full_at_;  // when the last was refused for want of a place
  bool makes_whole_ = false;           // one late answer at a time,
  content_hash made_whole_;            // and none twice in a row: it may be too much for that, too
};

// Whatever throws on behalf of a request answers it as its killer before it ends this actor: only
// so the router learns which of the open requests not to send a third time.
template <class Work>
void coordinator_state::blaming(std::uint64_t key, request_id id, Work work) {
  try {
    work();
  } catch (...) {
    // Work for one request may begin work for another: only the innermost is to blame.
    if (!std::exchange(blamed_, true)) {
      open_.answer(key, crash_error(std::current_exception(), id, true));
    }
    throw;
  }
}

template <class Change>
void coordinator_state::on_stage(std::uint64_t key, Change change) {
  const auto found = running_.find(key);
  if (found == running_.end()) return;  // answered without it
  blaming(key, found->second.run.request().id, [&] {
    change(found->second);
    advance(key);
  });
}

}  // namespace troupe
