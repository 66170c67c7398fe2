#pragma once

#include <memory>

#include "chaos/simulator/simulated_world.hpp"
#include "chaos/world/interposer.hpp"

namespace troupe::chaos {

/// One direction of a link.
class one_way final : public passage {
 public:
  one_way(simulated_world& in, place where)
      : in_(in), where_(std::move(where)), faults_(in.faults_at(where_)) {}

  void pass(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what,
            caf::execution_unit*) override;

 private:
  void send(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what, const passing& how,
            duration own);

  simulated_world& in_;
  const place where_;
  const faults_here faults_;
};

/// The way from one node to another; its answers go back by the way of the other direction.
class link final : public passage {
 public:
  link(simulated_world& in, std::uint32_t from, std::uint32_t to)
      : there_(in, {from, "link/to-n" + std::to_string(to), actor_kind::link}),
        back_(std::make_shared<one_way>(
            in, place{to, "link/to-n" + std::to_string(from), actor_kind::link})) {}

  void pass(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what,
            caf::execution_unit*) override;

 private:
  one_way there_;
  std::shared_ptr<one_way> back_;
};

}  // namespace troupe::chaos
