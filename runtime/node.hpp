#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "messages/breaker_state.hpp"
#include "messages/discovery.hpp"
#include "messages/errc.hpp"
#include "messages/objective_status.hpp"
#include "runtime/config/options.hpp"

namespace troupe {

/// The one answer to a request: a result (possibly partial) or the reason why there is none.
using discovery_outcome = std::variant<discovery_result_ptr, failure>;

/// An answer that is on its way. Always becomes ready: by its result, by its deadline or by the
/// node's stop.
class pending_answer {
 public:
  /// When the caller stops waiting; the node answers by then.
  [[nodiscard]] time_point deadline() const noexcept;
  [[nodiscard]] bool ready() const;
  /// Blocks until the answer is there.
  [[nodiscard]] discovery_outcome wait() const;
  /// Blocks until the answer is there or `until` has come; then nothing.
  [[nodiscard]] std::optional<discovery_outcome> wait_until(time_point until) const;

 private:
  friend class node;  // and what is behind it
  struct shared_state;
  std::shared_ptr<shared_state> state_;
};

/// One running or ended child of the supervision tree.
struct tree_entry {
  std::string path;  // "compute/grammar/worker-1"
  bool supervisor = false;
  std::uint64_t incarnation = 0;  // 1 for the first start
  std::uint64_t restarts = 0;
  bool running = false;
  std::string last_reason;  // why the previous incarnation ended; empty when none has
  std::uint64_t mailbox_length = 0;
};

struct tree_snapshot {
  std::vector<tree_entry> entries;  // in start order, parents before children
};

enum class health : std::uint8_t { healthy, degraded, unhealthy };

[[nodiscard]] std::string_view to_string(health state) noexcept;

struct component_health {
  std::string name;
  health state = health::healthy;
  std::string why;  // empty when healthy
};

/// The circuit breaker in front of one dependency.
struct breaker_report {
  std::string dependency;
  breaker_status status;
};

/// The embedding API: a supervised tree of actors in this process.
///
/// Thread-safe. Constructing it starts the tree (throws std::runtime_error with a text for people
/// when it cannot start: bad options, missing model, port in use). Destroying it stops it.
class node {
 public:
  explicit node(options settings);
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  /// Asks for an answer within request.budget. Does not wait; hashes the input (about 1 ms for 10
  /// MiB).
  [[nodiscard]] pending_answer discover(discovery_request request);

  /// The same; `done` is called exactly once and must not block. On a thread of the node, or on
  /// this one before `discover` returns when the request is refused or its answer is at hand: hold
  /// no lock that `done` takes.
  void discover(discovery_request request, std::function<void(discovery_outcome)> done);

  [[nodiscard]] tree_snapshot snapshot() const;
  [[nodiscard]] std::vector<component_health> health_report() const;
  /// Empty while the tree is not up, or without breakers.
  [[nodiscard]] std::vector<breaker_report> breakers() const;
  /// Forces a breaker open or closed, or resets it. The failure: no such breaker, or it does not
  /// answer.
  failure order_breaker(std::string_view dependency, breaker_order what);
  /// Takes requests: the tree is up and does not stop.
  [[nodiscard]] bool ready() const noexcept;
  /// False once the tree has given up: nothing in this process will make it ready again.
  [[nodiscard]] bool live() const noexcept;

  /// A number of the embedding program's own, in /metrics and for objectives. Names that begin with
  /// "troupe_", that Prometheus does not take, or that are there as another kind throw
  /// std::invalid_argument, and so does the 257th. The same name and labels again: the same metric.
  /// What they return is thread-safe and valid as long as the node.
  using labels = std::map<std::string, std::string>;
  [[nodiscard]] std::function<void(double add)> counter(const std::string& name,
                                                        const std::string& help,
                                                        const labels& with = {});
  [[nodiscard]] std::function<void(double set)> gauge(const std::string& name,
                                                      const std::string& help,
                                                      const labels& with = {});
  [[nodiscard]] std::function<void(double observe)> histogram(const std::string& name,
                                                              const std::string& help,
                                                              const std::vector<double>& bounds,
                                                              const labels& with = {});
  /// Quantiles (0 < q < 1) over the last minute, each to a hundredth of its rank.
  [[nodiscard]] std::function<void(double observe)> summary(const std::string& name,
                                                            const std::string& help,
                                                            const std::vector<double>& quantiles,
                                                            const labels& with = {});

  /// How each objective stands, as its monitor told last: each 10 s, or 30 s without its metric.
  [[nodiscard]] std::vector<objective_status_ptr> objectives() const;

  /// All metrics in Prometheus text format 0.0.4.
  [[nodiscard]] std::string metrics_text() const;

  /// The port the HTTP server listens on; 0 when it is off.
  [[nodiscard]] std::uint16_t http_port() const noexcept;

  /// Orderly stop: refuses new requests, drains, answers everything open, stops the tree. Always
  /// ends: actors that have not ended after node.stop_time are left behind, with their threads, and
  /// named in the log. Idempotent.
  void stop();

  class implementation;  // what is behind it, for this project's own tests and benchmarks

 private:
  std::unique_ptr<implementation> self_;
};

}  // namespace troupe
