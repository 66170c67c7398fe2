#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <stop_token>
#include <unordered_map>
#include <vector>

#include "actors/discovery/discovery_probe.hpp"
#include "actors/discovery/discovery_run.hpp"
#include "actors/resilience/admission.hpp"
#include "actors/shell/dependencies.hpp"
#include "actors/shell/open_requests.hpp"
#include "messages/coordinator.hpp"

namespace troupe {

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
    admission::options admit = {};  // of work that the cache does not save
    std::uint64_t model_version = 0;
    duration stale_while_revalidate{0};
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
    bool behind = false;       // the asker has a stale answer
  };

  /// A request that waits for its turn.
  struct queued {
    std::uint64_t key = 0;
    caf::message job;
    content_hash cache_key;
  };

  struct running {
    running(const coordinator_job& job, const cost_model& costs, discovery_run::options settings)
        : accepted(job.accepted),
          run(job.request, job.input, job.accepted, job.deadline, costs, settings) {}

    time_point accepted;
    discovery_run run;
    content_hash cache_key;
    admission::ticket ticket;
    std::stop_source stop;
  };

  caf::result<discovery_result_ptr> accept(const coordinator_job& job);
  void look_up(std::uint64_t key, const content_hash& cached_as);
  void looked_up(std::uint64_t key, const cache_answer& held);
  void revalidate(coordinator_job job, std::uint64_t ticket);
  void leave_flight(std::uint64_t key);
  void abandon(const lead& turn);
  void count(std::uint64_t key, discovery_probe::outcome how, duration took);
  void offer(std::uint64_t key, caf::message message, const content_hash& cached_as);
  void follow(admission::orders todo);
  void turn_away(const admission::refusal& who);
  void begin(const queued& one, admission::ticket ticket);
  void advance(std::uint64_t key);
  void send(std::uint64_t key, running& one, discovery_run::launch job);
  template <class Change>
  void on_stage(std::uint64_t key, Change change);
  void finish(std::uint64_t key);
  template <class Work>
  void blaming(std::uint64_t key, request_id id, Work work);
  void answer(std::uint64_t key, discovery_result_ptr result, discovery_probe::outcome how);
  void refuse(std::uint64_t key, const failure& why, duration took);
  void give_up(std::uint64_t key, time_point now);
  void tick();
  void arm(time_point now);
  [[nodiscard]] cache_shard_actor* shard_of(const content_hash& key);

  handle::pointer self_;
  options settings_;
  dependencies with_;
  open_requests<promise> open_;
  std::unordered_map<std::uint64_t, looking> looking_;
  std::unordered_map<std::uint64_t, lead> leads_;
  std::unordered_map<std::uint64_t, running> running_;
  admission admission_;
  std::map<std::uint64_t, queued> queued_;  // by ticket
  std::deque<admission::orders> todo_;
  bool follows_ = false;
  bool armed_ = false;
  time_point last_flush_;
};

}  // namespace troupe
