#include "chaos/simulator/links.hpp"

#include <utility>

#include "chaos/simulator/peers.hpp"
#include "chaos/world/edge.hpp"

namespace troupe::chaos {

void link::pass(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what,
                caf::execution_unit*) {
  if (what->sender && what->mid.is_request()) {
    auto home = interpose(*target->home_system, caf::actor_cast<caf::actor>(what->sender), back_);
    what->sender = caf::actor_cast<caf::strong_actor_ptr>(home);
  }
  there_.pass(target, std::move(what), nullptr);
}

void one_way::pass(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what,
                   caf::execution_unit*) {
  if (in_.traces() && what->content().match_elements<peer_request>()) {
    in_.note_step(where_, what->content().get_as<peer_request>(0).request.id.value,
                  "forwarded request");
  }
  passing now(where_, faults_, *what);
  if (in_.disturbed()) in_.judge(now);
  if (now.lost || now.kills) return;
  for (const auto& change : now.on_message) what = change(std::move(what));
  const auto own = in_.draw_link_delay();
  for (std::uint32_t copy = 1; copy < now.copies; ++copy) {
    send(target, copy_of(*what), now, own);
  }
  send(target, std::move(what), now, own);
}

void one_way::send(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what,
                   const passing& how, duration own) {
  auto go = later(std::move(what), [target](caf::mailbox_element_ptr one) {
    target->enqueue(std::move(one), nullptr);
  });
  if (how.held) return in_.hold(*how.holder, std::move(go));
  in_.after(own + how.delay, std::move(go));
}

}  // namespace troupe::chaos
