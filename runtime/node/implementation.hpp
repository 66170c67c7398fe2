#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "runtime/http/http_server.hpp"
#include "runtime/node.hpp"
#include "runtime/node/actor_world.hpp"
#include "runtime/node/open_calls.hpp"
#include "runtime/node/request_names.hpp"
#include "runtime/node/tree.hpp"
#include "runtime/node/warm_board.hpp"
#include "runtime/supervision/supervisor_actor.hpp"
#include "runtime/telemetry/custom_metrics.hpp"
#include "runtime/telemetry/log.hpp"
#include "runtime/telemetry/metrics.hpp"

namespace troupe {

/// What a node is made of besides its options. Given by tests that replace a stage; `node` uses the
/// real ones.
struct node_parts {
  std::shared_ptr<const stage_table> stages;
  std::uint64_t model_version = 0;
  std::string model_note;  // why there is no classifier; empty when there is one
  std::uint64_t boot = 0;  // a random number of this start, for the names of requests
  // The seam for faults: see supervision::environment.
  std::function<caf::actor(const std::string& path, caf::actor)> decorate = {};
  store_io_maker connect_store = {};  // to the cache that nodes share; empty: there is none
  warm_source warm_from = {};         // empty: the cache begins cold
  // Told of every event of the tree's lives besides the log; on supervisors' threads.
  std::function<void(const supervision::lifecycle_event&)> observe = {};
  // Told of every change of a stage's breaker besides the log; on the breaker's thread.
  std::function<void(stage, const circuit_breaker::change&)> breaker_changed = {};
  // Told when the node finds itself overloaded, or no longer; on the entrance's thread.
  std::function<void(bool)> load_changed = {};
};

/// The real stages with the configured models. Throws std::runtime_error when a configured model is
/// missing or damaged.
[[nodiscard]] node_parts real_parts(const options& settings);

/// The way to the Redis of the configuration; empty: it names none. Throws std::runtime_error when
/// the password file cannot be used.
[[nodiscard]] store_io_maker connect_store(const cache_section& settings);

/// Where the configuration has the cache warmed from; empty: it does not. Throws std::runtime_error
/// when the token file cannot be used.
[[nodiscard]] warm_source connect_warm_source(const cache_section& settings);

/// What a node's tree may still say when the node itself is gone.
struct node_condition {
  std::atomic<bool> ready = false;
  std::atomic<bool> stopping = false;
  std::atomic<bool> dead = false;  // the tree gave up
  std::atomic<bool> objective_met = true;
  std::atomic<bool> overloaded = false;  // much had to be refused of late
  warm_board warming;
};

class node::implementation {
 public:
  implementation(options settings, node_parts parts);
  ~implementation();
  implementation(const implementation&) = delete;
  implementation& operator=(const implementation&) = delete;

  void discover(discovery_request request, std::function<void(discovery_outcome)> done);
  [[nodiscard]] tree_snapshot snapshot();
  [[nodiscard]] std::vector<component_health> health_report();
  [[nodiscard]] std::vector<breaker_report> breakers();
  [[nodiscard]] failure order_breaker(std::string_view dependency, breaker_order what);
  [[nodiscard]] bool ready() const noexcept { return condition_->ready; }
  [[nodiscard]] bool live() const noexcept { return !condition_->dead; }
  [[nodiscard]] std::string metrics_text();
  /// Forgets what this model version computed (nothing: any), in memory and in the shared store.
  void invalidate_cache(std::optional<std::uint64_t> model_version);
  /// What the cache holds, from there on, as `saved_page.hpp` has it; those used last first.
  [[nodiscard]] std::variant<std::string, failure> cache_page(std::uint64_t from);
  [[nodiscard]] custom_metrics& own_metrics() noexcept { return own_metrics_; }
  [[nodiscard]] std::vector<objective_status_ptr> objectives() const { return objectives_->all(); }
  [[nodiscard]] const options& settings() const noexcept { return settings_; }
  [[nodiscard]] caf::actor_system& system() noexcept { return world_->system; }
  [[nodiscard]] std::shared_ptr<directory> who() const { return who_; }
  [[nodiscard]] const metrics& measures() const noexcept { return *metrics_; }

  [[nodiscard]] pending_answer discover(discovery_request request);
  [[nodiscard]] std::uint16_t http_port() const noexcept { return http_ ? http_->port() : 0; }

  void stop();
  /// After a stop: actors that did not end were left behind.
  [[nodiscard]] bool left_actors() const noexcept { return left_actors_; }

 private:
  void start();
  void start_tree();
  void watch_root();
  void open_http();
  void drain();
  void answer_the_rest();
  void save_cache(bool was_ready);
  [[nodiscard]] std::function<void(const warm_counts&, const failure&)> warmed_teller();
  [[nodiscard]] std::variant<std::string, failure> read_cache(std::uint64_t from);
  void stop_tree();
  [[nodiscard]] bool stop_root();
  [[nodiscard]] std::string still_running();
  /// Whatever has a breaker and answers for it.
  struct known_breaker {
    using handle = caf::typed_actor<caf::replies_to<breaker_query>::with<breaker_status>,
                                    caf::replies_to<breaker_order>::with<breaker_status>>;
    std::string dependency;
    handle actor;
  };
  [[nodiscard]] std::vector<known_breaker> known_breakers() const;
  template <class Question>
  [[nodiscard]] std::vector<breaker_report> ask_breakers(const std::vector<known_breaker>& whom,
                                                         Question question);
  template <class Answer, class Request>
  [[nodiscard]] std::optional<Answer> ask_root(Request request);
  void name(request_id& id, trace_id& trace);
  [[nodiscard]] failure check(const discovery_request& request) const;
  [[nodiscard]] std::shared_ptr<front_cache> make_front() const;
  [[nodiscard]] std::optional<discovery_outcome> accept(
      discovery_request& request, time_point accepted,
      std::function<void(discovery_outcome)>& done);
  [[nodiscard]] std::optional<discovery_result_ptr> repeated(const coordinator_job& job);
  void enter(coordinator_job job, std::function<void(discovery_outcome)> done);

  void define_metrics();
  [[nodiscard]] supervision::supervision_report count_supervision();

  options settings_;
  node_parts parts_;
  log_service log_service_;
  logger log_;
  std::shared_ptr<metrics> metrics_;
  custom_metrics own_metrics_{metrics_->registry()};
  std::shared_ptr<directory> who_;
  std::shared_ptr<front_cache> front_;  // null: nothing is repeated before the tree
  std::shared_ptr<node_condition> condition_;
  std::shared_ptr<objective_board> objectives_;
  std::unique_ptr<actor_world> world_;
  supervision::supervisor root_;
  std::shared_ptr<open_calls> open_;
  request_names names_;
  std::unique_ptr<http_probe> http_probe_;
  std::unique_ptr<http_server> http_;
  // Whoever uses the actor system holds `life_` shared and looks at `ready` first; `stop` takes it
  // alone to turn `ready` off, so that nobody is inside when the system goes.
  mutable std::shared_mutex life_;
  std::once_flag stopped_;
  std::atomic<bool> left_actors_ = false;
  std::mutex counted_lock_;
  supervision::supervision_report counted_;  // the last that the root told
  time_point counted_at_;
};

}  // namespace troupe
