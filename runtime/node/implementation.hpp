#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <shared_mutex>

#include "runtime/http/http_server.hpp"
#include "runtime/node.hpp"
#include "runtime/node/open_count.hpp"
#include "runtime/node/tree.hpp"
#include "runtime/supervision/supervisor_actor.hpp"
#include "runtime/telemetry/log.hpp"
#include "runtime/telemetry/metrics.hpp"

namespace troupe {

/// What a node is made of besides its options. Given by tests that replace a stage; `node` uses the
/// real ones.
struct node_parts {
  std::shared_ptr<const stage_table> stages;
  std::uint64_t model_version = 0;
  std::string model_note;  // why there is no classifier; empty when there is one
};

/// The real stages with the configured models. Throws std::runtime_error when a configured model is
/// missing or damaged.
[[nodiscard]] node_parts real_parts(const options& settings);

/// The actor system's configuration: ours alone, never a file from the working directory.
class system_config : public caf::actor_system_config {
 public:
  explicit system_config(const node_section& settings);
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
  [[nodiscard]] bool ready() const noexcept { return ready_.load(); }
  [[nodiscard]] std::string metrics_text();
  [[nodiscard]] const options& settings() const noexcept { return settings_; }
  [[nodiscard]] caf::actor_system& system() noexcept { return *system_; }
  [[nodiscard]] std::shared_ptr<directory> who() const { return who_; }

  [[nodiscard]] pending_answer discover(discovery_request request);
  [[nodiscard]] std::uint16_t http_port() const noexcept { return http_ ? http_->port() : 0; }

  void stop();

 private:
  void start();
  void open_http();
  void drain();
  void stop_tree();
  template <class Answer, class Request>
  [[nodiscard]] Answer ask_root(Request request);
  [[nodiscard]] failure check(const discovery_request& request) const;

  void define_metrics();
  [[nodiscard]] supervision::supervision_report count_supervision();

  options settings_;
  node_parts parts_;
  log_service log_service_;
  logger log_;
  std::shared_ptr<metrics> metrics_;
  std::shared_ptr<directory> who_;
  std::shared_ptr<std::atomic<bool>> objective_met_;
  system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  supervision::supervisor root_;
  std::shared_ptr<open_count> open_;
  std::unique_ptr<http_probe> http_probe_;
  std::unique_ptr<http_server> http_;
  std::atomic<std::uint64_t> last_id_ = 0;
  // Whoever uses the actor system holds `life_` shared and looks at `ready_` first; `stop` takes it
  // alone to turn `ready_` off, so that nobody is inside when the system goes.
  mutable std::shared_mutex life_;
  std::atomic<bool> ready_ = false;
  std::once_flag stopped_;
};

}  // namespace troupe
