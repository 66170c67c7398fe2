#pragma once

#include <any>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "actors/shell/dependencies.hpp"
#include "messages/dead_letter.hpp"
#include "messages/supervision.hpp"
#include "runtime/node.hpp"
#include "runtime/supervision/child_spec.hpp"

namespace troupe::supervision {

using start_atom = caf::atom_constant<caf::atom("start")>;
using stop_atom = caf::atom_constant<caf::atom("stop")>;
using snapshot_atom = caf::atom_constant<caf::atom("snapshot")>;
using counters_atom = caf::atom_constant<caf::atom("counters")>;

/// What a supervisor knows about itself and all supervisors below it.
struct supervision_report {
  std::uint64_t starts = 0;
  std::uint64_t deaths = 0;               // ends that nobody asked for, failed starts included
  std::uint64_t restarts = 0;             // decided restarts, as counted by the intensity rule
  std::uint64_t kills = 0;                // children that did not stop within their shutdown time
  std::uint64_t gave_up = 0;              // supervisors that gave up, over all incarnations
  std::vector<dead_letter> dead_letters;  // messages without an asker that killed their handler
};

struct start_child;

/// The supervisor's conversation.
using supervisor = caf::typed_actor<
    // Answers once every child has run; an error when it gave up before.
    caf::replies_to<start_atom>::with<caf::ok_atom>,
    // Ordered stop; answers when all children have ended, then ends.
    caf::replies_to<stop_atom>::with<caf::ok_atom>,
    caf::replies_to<snapshot_atom>::with<tree_snapshot>,
    caf::replies_to<counters_atom>::with<supervision_report>,
    // simple_one_for_one only: answers the child's path; bad_input for other supervisors.
    caf::replies_to<start_child>::with<std::string>,
    // Stops the child with this id for good; bad_input when there is none.
    caf::replies_to<stop_atom, std::string>::with<caf::ok_atom>, caf::reacts_to<subscribe>,
    caf::reacts_to<tick_atom>>;

/// What happened below a supervisor, once each, for the log.
struct lifecycle_event {
  enum class kind : std::uint8_t { started, start_failed, ended, gave_up, stopped };

  kind what = kind::started;
  std::string path;
  incarnation life;
  failure why;             // code none: a normal end
  request_id killer = {};  // the request whose message ended it; none when there is none
};

[[nodiscard]] std::string_view to_string(lifecycle_event::kind what) noexcept;

/// Counts the lives of every child of a tree, by path, so that incarnations count on whatever dies.
/// Thread-safe.
class life_counter {
 public:
  [[nodiscard]] incarnation next(const std::string& path) {
    const std::lock_guard hold(lock_);
    return {++lives_[path]};
  }

 private:
  std::mutex lock_;
  std::map<std::string, std::uint64_t> lives_;
};

/// What all supervisors of one tree share.
struct environment {
  std::uint64_t seed = 1;  // root of all random numbers below
  // The one seam for fault injection: every handle that is given out passes through. Empty: the
  // identity. Throwing is a failed start.
  std::function<caf::actor(const std::string& path, caf::actor)> decorate = {};
  // Called on the threads of the supervisors; must not block. Empty: nothing is logged.
  std::function<void(const lifecycle_event&)> log = {};
  shell_time time = {};
  bool one_thread = false;  // nothing is detached: a simulator runs every actor itself
  std::shared_ptr<life_counter> lives = std::make_shared<life_counter>();
};

/// Keeps what must outlive an actor; filled by the first incarnation, handed to each later one.
class heir_slot {
 public:
  /// The state left by the incarnation before, or a new T(args...): also when somebody still holds
  /// the old one, because an heir has one owner at a time and a killed actor may end late.
  /// Half-written state is for its user to repair.
  template <class T, class... Args>
  [[nodiscard]] std::shared_ptr<T> get(Args&&... args) {
    auto* held = std::any_cast<std::shared_ptr<T>>(&held_);
    if (held != nullptr && held->use_count() == 1) return *held;
    auto fresh = std::make_shared<T>(std::forward<Args>(args)...);
    held_ = fresh;
    return fresh;
  }

 private:
  std::any held_;
};

/// What a spawn function is given for one incarnation.
struct spawn_context {
  caf::actor_system& system;
  std::string path;
  incarnation life;
  std::uint64_t seed = 0;  // from the root seed and the path: the same for each incarnation
  std::stop_token stop;    // asked for when this incarnation is to end: read it in long work
  caf::actor_addr parent;  // the supervisor; keep it weak
  std::shared_ptr<const environment> shared;
  heir_slot& heir;
  // The running sibling with this id, decorated; empty when it does not run.
  std::function<caf::actor(const std::string& id)> sibling;
};

/// Spawns one incarnation. Throwing is a failed start and counts as a restart.
using spawn_function = std::function<caf::actor(spawn_context&)>;

struct supervised_child {
  child_spec spec;
  spawn_function spawn;
  placement where = placement::none;  // told to routers
  // Told each new incarnation, decorated, before anybody else hears of it. May be empty.
  std::function<void(const caf::actor&)> publish = {};
};

/// simple_one_for_one: one more child.
struct start_child {
  supervised_child child;
};

/// A supervisor and its children, as data.
struct supervisor_plan {
  supervisor_spec rules;
  std::vector<supervised_child> children;
  // Ids of siblings of this supervisor (started before it) that hear about its children: routers.
  std::vector<std::string> listeners;
};

/// A permanent child with default rules; a worker of a router has a placement.
[[nodiscard]] supervised_child actor_child(std::string id, spawn_function spawn,
                                           placement where = placement::none);

/// A child that is itself a supervisor: permanent, without limit to its shutdown time.
[[nodiscard]] supervised_child supervisor_child(std::string id, supervisor_plan plan);

/// The top of a tree. Its path is empty: the children's paths are their ids. Throws
/// std::invalid_argument when the plan does not hold (see `check`).
[[nodiscard]] supervisor spawn_root(caf::actor_system& system, supervisor_plan plan,
                                    environment shared);

/// Shortens a spawn function: shell<State>(args...) on the pool, or on a thread of its own.
template <class Actor, class... Args>
[[nodiscard]] caf::actor spawn_worker(spawn_context& context, placement where, Args&&... args) {
  if (where == placement::detached && !context.shared->one_thread) {
    return caf::actor_cast<caf::actor>(
        context.system.spawn<Actor, caf::detached>(std::forward<Args>(args)...));
  }
  return caf::actor_cast<caf::actor>(context.system.spawn<Actor>(std::forward<Args>(args)...));
}

}  // namespace troupe::supervision

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::tree_snapshot)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::supervision::supervision_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::supervision::start_child)
