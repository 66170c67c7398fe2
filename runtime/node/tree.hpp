#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "actors/pipeline/worker/stage_functions.hpp"
#include "actors/resilience/circuit_breaker.hpp"
#include "messages/log.hpp"
#include "messages/store_io.hpp"
#include "messages/warming.hpp"
#include "runtime/config/options.hpp"
#include "runtime/node/directory.hpp"
#include "runtime/node/front_cache.hpp"
#include "runtime/node/objective_board.hpp"
#include "runtime/supervision/supervisor_actor.hpp"
#include "runtime/telemetry/metrics.hpp"

namespace troupe {

/// What the actors of a node's tree are made of, besides its options.
struct tree_parts {
  options settings;
  std::shared_ptr<const stage_table> stages;
  std::uint64_t model_version = 0;  // part of every cache key
  std::shared_ptr<metrics> measures;
  std::shared_ptr<directory> who;
  std::shared_ptr<std::atomic<bool>> objective_met;  // kept up to date by the SLA monitor
  std::shared_ptr<std::atomic<bool>> overloaded;     // kept up to date by the entrance
  logger log;
  // Told of every change of a breaker besides the log; on the thread of its actor.
  std::function<void(stage, const circuit_breaker::change&)> breaker_changed = {};
  store_io_maker connect_store = {};  // to the cache that nodes share; empty: there is none
  std::shared_ptr<objective_board> objectives = {};  // null: nobody wants to know
  // Told when the entrance finds the node overloaded, or no longer; on its thread.
  std::function<void(bool)> load_changed = {};
  std::shared_ptr<front_cache> front = {};  // null: every request goes through the tree
  warm_source warm_from = {};               // empty: the cache begins cold
  // Told once what became of the warming, and what went wrong first; on the warmer's thread.
  std::function<void(const warm_counts&, const failure&)> warmed = {};
};

/// The supervision tree of a node, as data, in start order (rest_for_one):
///
///   sla      the deadline monitor, the sampler of metrics, one monitor an objective
///   cache    the link to the shared store, if any; one actor a shard; who warms them, if asked for
///   resilience  a circuit breaker a stage
///   compute  a supervisor a stage: its router and its workers (pool and detached)
///   gateway  router, coordinators, entrance
[[nodiscard]] supervision::supervisor_plan make_tree(const tree_parts& parts);

}  // namespace troupe
