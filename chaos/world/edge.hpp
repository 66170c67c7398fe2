#pragma once

#include <memory>

#include "chaos/world/interposer.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

/// Stands before a stage worker: its computations are subject to more than messages are.
class job_gate {
 public:
  job_gate() = default;
  job_gate(const job_gate&) = delete;
  job_gate& operator=(const job_gate&) = delete;
  virtual ~job_gate() = default;

  /// A job on its way to the worker. `doomed`: the worker's handler is to throw on it.
  virtual void take(caf::mailbox_element_ptr job, bool doomed) = 0;
  /// While it hangs, the worker's answers do not leave.
  virtual void hang(bool on) = 0;
};

/// The way to one actor, where faults touch its messages.
class edge final : public passage {
 public:
  edge(world& in, place where, std::shared_ptr<job_gate> gate)
      : in_(in), where_(std::move(where)), faults_(in.faults_at(where_)), gate_(std::move(gate)) {}

  void pass(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what,
            caf::execution_unit* where) override;

 private:
  void disturb(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what,
               caf::execution_unit* where);
  void send(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what, const passing& how,
            caf::execution_unit* where);
  void die(const caf::strong_actor_ptr& target, const caf::mailbox_element& what);

  world& in_;
  const place where_;
  const faults_here faults_;
  const std::shared_ptr<job_gate> gate_;
};

/// The request that a message is about, 0 if none, and what it is called in a story.
struct step_name {
  std::uint64_t request = 0;
  std::string_view kind;
};
[[nodiscard]] step_name name_of(const caf::mailbox_element& what);

[[nodiscard]] caf::mailbox_element_ptr copy_of(caf::mailbox_element& what);

/// Delivers a message later; a closure must be copyable, which a mailbox element is not.
[[nodiscard]] std::function<void()> later(caf::mailbox_element_ptr what,
                                          std::function<void(caf::mailbox_element_ptr)> deliver);

}  // namespace troupe::chaos
