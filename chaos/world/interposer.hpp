#pragma once

#include <memory>
#include <set>
#include <string>

#include "messages/caf.hpp"

namespace troupe::chaos {

/// Decides what becomes of messages on their way to one actor.
class passage {
 public:
  passage() = default;
  passage(const passage&) = delete;
  passage& operator=(const passage&) = delete;
  virtual ~passage() = default;

  /// Takes the message over: hands it to `target`, now or later, changed or not, or never.
  virtual void pass(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what,
                    caf::execution_unit* where) = 0;
};

/// Stands in for an actor wherever its handle is given out; whoever monitors it monitors the actor.
/// An object, not an actor: it has no mailbox and costs no scheduling. Without a target it is only
/// an address for messages, for which `through` alone cares; nobody monitors that.
class interposer : public caf::monitorable_actor {
 public:
  interposer(caf::actor_config& config, caf::strong_actor_ptr target,
             std::shared_ptr<passage> through)
      : caf::monitorable_actor(config), target_(std::move(target)), through_(std::move(through)) {}

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* where) override {
    through_->pass(target_, std::move(what), where);
  }
  void attach(caf::attachable_ptr what) override { target_->get()->attach(std::move(what)); }
  std::size_t detach(const caf::attachable::token& what) override {
    return target_->get()->detach(what);
  }
  std::set<std::string> message_types() const override { return target_->get()->message_types(); }

 private:
  caf::strong_actor_ptr target_;
  std::shared_ptr<passage> through_;
};

[[nodiscard]] inline caf::actor interpose(caf::actor_system& system, const caf::actor& target,
                                          std::shared_ptr<passage> through) {
  caf::actor_config config;
  return caf::make_actor<interposer, caf::actor>(
      system.next_actor_id(), system.node(), &system, config,
      caf::actor_cast<caf::strong_actor_ptr>(target), std::move(through));
}

}  // namespace troupe::chaos
