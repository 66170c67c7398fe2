#pragma once

#include <mutex>
#include <vector>

#include "messages/coordinator.hpp"
#include "runtime/node/entrance_actor.hpp"

namespace troupe {

/// Who currently plays which part in a node's tree. The spawn functions of the tree write it at
/// each start, so that a new incarnation is known to everybody: to coordinators by a message, to
/// other threads through `entrance`.
///
/// Thread-safe; held by the tree, never by actors.
class directory {
 public:
  struct routes {
    std::vector<stage_actor> stages;
    std::vector<cache_shard_actor> shards;
    sla_monitor_actor sla;
  };

  directory(std::size_t stages, std::size_t shards) {
    known_.stages.resize(stages);
    known_.shards.resize(shards);
  }

  void set(const stage_route& route) {
    update([&] { known_.stages[static_cast<std::size_t>(route.which)] = route.router; }, route);
  }
  void set(const cache_route& route) {
    update([&] { known_.shards[route.shard] = route.actor; }, route);
  }
  void set(const sla_route& route) {
    update([&] { known_.sla = route.actor; }, route);
  }
  void set(const entrance_actor& entrance) {
    const std::lock_guard hold(lock_);
    entrance_ = entrance;
  }
  void set(const entrance_state::gateway& gateway) {
    const std::lock_guard hold(lock_);
    gateway_ = gateway;
  }

  /// A new coordinator takes the place of the one before it and hears of every later change. `make`
  /// is given all routes as of now and gives the actor.
  template <class Make>
  coordinator_actor add_coordinator(std::size_t number, Make&& make) {
    const std::lock_guard hold(lock_);
    if (coordinators_.size() <= number) coordinators_.resize(number + 1);
    coordinators_[number] = make(known_);
    return coordinators_[number];
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

  /// Lets go of every handle.
  void clear() {
    const std::lock_guard hold(lock_);
    known_ = {};
    coordinators_.clear();
    entrance_ = nullptr;
    gateway_ = nullptr;
  }

 private:
  template <class Change, class Route>
  void update(Change change, const Route& route) {
    const std::lock_guard hold(lock_);
    change();
    for (const auto& one : coordinators_) {
      if (one) caf::anon_send(one, route);
    }
  }

  mutable std::mutex lock_;
  routes known_;
  std::vector<coordinator_actor> coordinators_;
  entrance_actor entrance_;
  entrance_state::gateway gateway_;
};

}  // namespace troupe
