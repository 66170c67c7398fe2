#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "messages/cache_warmer.hpp"
#include "messages/coordinator.hpp"
#include "runtime/node/entrance_actor.hpp"

namespace troupe {

/// Who currently plays which part in a node's tree. The tree writes it at each start, so that a new
/// incarnation is known to everybody: to coordinators and the entrance by a message, to other
/// threads through `entrance`. Handles are those that supervisors show, decorated.
///
/// Thread-safe; held by the tree, never by actors.
class directory {
 public:
  directory(std::size_t stages, std::size_t shards)
      : stages_(stages), breakers_(stages), shards_(shards) {
    for (std::size_t i = 0; i < stages; ++i) {
      stages_[i].which = breakers_[i].which = static_cast<stage>(i);
    }
    for (std::size_t i = 0; i < shards; ++i) shards_[i].shard = static_cast<std::uint32_t>(i);
  }

  void set(const stage_route& route) {
    const std::lock_guard hold(lock_);
    stages_[static_cast<std::size_t>(route.which)] = route;
    tell_coordinators(route);
  }
  void set(const breaker_route& route) {
    const std::lock_guard hold(lock_);
    breakers_[static_cast<std::size_t>(route.which)] = route;
    tell_coordinators(route);
  }
  void set(const cache_route& route) {
    const std::lock_guard hold(lock_);
    shards_[route.shard] = route;
    if (store_.actor) caf::anon_send(route.actor, store_);
    if (warmer_) caf::anon_send(warmer_, route);
    tell_coordinators(route);
  }
  void set(const store_route& route) {
    const std::lock_guard hold(lock_);
    store_ = route;
    for (const auto& one : shards_) {
      if (one.actor) caf::anon_send(one.actor, route);
    }
  }
  void set(const cache_warmer_actor& warmer) {
    const std::lock_guard hold(lock_);
    warmer_ = warmer;
    for (const auto& one : shards_) {
      if (one.actor) caf::anon_send(warmer_, one);
    }
  }
  void set(const sla_route& route) {
    const std::lock_guard hold(lock_);
    sla_ = route;
    if (entrance_) caf::anon_send(entrance_, route);
  }
  void set(const metric_sampler_actor& sampler) {
    const std::lock_guard hold(lock_);
    sampler_ = sampler;
    for (const auto& one : objectives_) {
      if (one.monitor) caf::anon_send(sampler_, one);
    }
  }
  void set(const objective_route& route) {
    const std::lock_guard hold(lock_);
    if (objectives_.size() <= route.number) objectives_.resize(route.number + 1);
    objectives_[route.number] = route;
    if (sampler_) caf::anon_send(sampler_, route);
  }
  void set(const entrance_actor& entrance) {
    const std::lock_guard hold(lock_);
    entrance_ = entrance;
    if (sla_.actor) caf::anon_send(entrance_, sla_);
  }
  void set(const entrance_state::gateway& gateway) {
    const std::lock_guard hold(lock_);
    gateway_ = gateway;
  }

  /// Takes the place of the one before it; hears of all routes, now and when they change. Its first
  /// messages: whoever sends it work got the handle later.
  void set_coordinator(std::size_t number, const coordinator_actor& coordinator) {
    const std::lock_guard hold(lock_);
    if (coordinators_.size() <= number) coordinators_.resize(number + 1);
    coordinators_[number] = coordinator;
    for (const auto& one : stages_) {
      if (one.router) caf::anon_send(coordinator, one);
    }
    for (const auto& one : breakers_) {
      if (one.actor) caf::anon_send(coordinator, one);
    }
    for (const auto& one : shards_) {
      if (one.actor) caf::anon_send(coordinator, one);
    }
  }

  [[nodiscard]] entrance_actor entrance() const {
    const std::lock_guard hold(lock_);
    return entrance_;
  }
  /// Where actors of this process ask: a stable address while the gateway's router lives.
  [[nodiscard]] entrance_state::gateway gateway() const {
    const std::lock_guard hold(lock_);
    return gateway_;
  }

  [[nodiscard]] std::vector<breaker_route> breakers() const {
    const std::lock_guard hold(lock_);
    return breakers_;
  }

  /// Those that run, in the order of their numbers.
  [[nodiscard]] std::vector<cache_shard_actor> shards() const {
    const std::lock_guard hold(lock_);
    std::vector<cache_shard_actor> out;
    for (const auto& one : shards_) {
      if (one.actor) out.push_back(one.actor);
    }
    return out;
  }

  /// Empty: no store is shared.
  [[nodiscard]] cache_store_actor store() const {
    const std::lock_guard hold(lock_);
    return store_.actor;
  }

  /// Every cache that this process holds, and the store behind them, forgets.
  void invalidate(const cache_invalidate& which) const {
    const std::lock_guard hold(lock_);
    ++*invalidations_;
    for (const auto& one : shards_) {
      if (one.actor) caf::anon_send(one.actor, which);
    }
    if (store_.actor) caf::anon_send(store_.actor, store_forget{which.model_version});
  }

  /// How often that was, for those who hold answers without being told by a message.
  [[nodiscard]] std::shared_ptr<const std::atomic<std::uint64_t>> invalidations() const {
    return invalidations_;
  }

  /// Lets go of every handle.
  void clear() {
    const std::lock_guard hold(lock_);
    for (auto& one : stages_) one.router = nullptr;
    for (auto& one : breakers_) one.actor = nullptr;
    for (auto& one : shards_) one.actor = nullptr;
    store_ = {};
    warmer_ = nullptr;
    coordinators_.clear();
    sla_ = {};
    objectives_.clear();
    sampler_ = nullptr;
    entrance_ = nullptr;
    gateway_ = nullptr;
  }

 private:
  template <class Route>
  void tell_coordinators(const Route& route) {
    for (const auto& one : coordinators_) {
      if (one) caf::anon_send(one, route);
    }
  }

  mutable std::mutex lock_;
  std::vector<stage_route> stages_;
  std::vector<breaker_route> breakers_;
  std::vector<cache_route> shards_;
  store_route store_;
  cache_warmer_actor warmer_;  // empty: nothing warms the cache
  std::shared_ptr<std::atomic<std::uint64_t>> invalidations_ =
      std::make_shared<std::atomic<std::uint64_t>>(0);
  sla_route sla_;
  std::vector<objective_route> objectives_;
  metric_sampler_actor sampler_;
  std::vector<coordinator_actor> coordinators_;
  entrance_actor entrance_;
  entrance_state::gateway gateway_;
};

}  // namespace troupe
