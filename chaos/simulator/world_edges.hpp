#pragma once

#include <memory>

#include "chaos/simulator/world.hpp"

// The ways that messages take in a simulated world, where faults touch them.

namespace troupe::chaos {

/// The way to one actor.
class world::edge final : public passage {
 public:
  edge(world& in, place where, std::shared_ptr<compute_gate> gate)
      : in_(in), where_(std::move(where)), gate_(std::move(gate)) {}

  void pass(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what,
            caf::execution_unit* where) override;

 private:
  void send(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what, const passing& how,
            caf::execution_unit* where);
  void die(const caf::strong_actor_ptr& target, const caf::mailbox_element& what);

  world& in_;
  const place where_;
  const std::shared_ptr<compute_gate> gate_;
};

/// One direction of a link.
class world::one_way final : public passage {
 public:
  one_way(world& in, place where) : in_(in), where_(std::move(where)) {}

  void pass(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what,
            caf::execution_unit*) override;

 private:
  void send(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what, const passing& how,
            duration own);

  world& in_;
  const place where_;
};

/// The way from one node to another; its answers go back by the way of the other direction.
class world::link final : public passage {
 public:
  link(world& in, std::uint32_t from, std::uint32_t to)
      : in_(in),
        there_{from, "link/to-n" + std::to_string(to), actor_kind::link},
        back_{to, "link/to-n" + std::to_string(from), actor_kind::link} {}

  void pass(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what,
            caf::execution_unit*) override;

 private:
  world& in_;
  const place there_;
  const place back_;
};

}  // namespace troupe::chaos
