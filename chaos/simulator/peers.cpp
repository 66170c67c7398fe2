#include "chaos/simulator/peers.hpp"

#include <algorithm>
#include <utility>

#include "actors/shell/shell.hpp"

namespace troupe::chaos {

namespace {
// After the deadline the other node still answers by its own rules; then nobody waits any more.
constexpr duration answer_grace = 4 * coordinator_grace;
}  // namespace

peer_door_state::peer_door_state(handle::pointer self, std::shared_ptr<directory> who,
                                 shell_time time)
    : self_(self), who_(std::move(who)), time_(std::move(time)) {}

peer_door_state::handle::behavior_type peer_door_state::make_behavior() {
  return {[this](peer_request& asked) -> caf::result<discovery_result_ptr> {
    const auto gateway = who_->gateway();
    if (!gateway) return make_error(errc::unavailable, "the node is starting");
    const auto now = time_.now(self_);
    auto made = self_->make_response_promise<discovery_result_ptr>();
    self_
        ->request(
            gateway, caf::infinite,
            coordinator_job{std::move(asked.request), asked.input, now, now + asked.remaining})
        .then([made](const discovery_result_ptr& result) mutable { made.deliver(result); },
              [made](const caf::error& error) mutable { made.deliver(error); });
    return made;
  }};
}

void peer_client_state::answered(std::uint64_t key, const waiting& asked,
                                 const discovery_result_ptr& result) {
  if (!result || result->id != asked.id || result->input != asked.input) {
    open_.answer(key, make_error(errc::internal, "the answer was of another request"));
    return;
  }
  if (time_.now(self_) <= asked.deadline || !result->in_time) {
    open_.answer(key, result);
    return;
  }
  auto late = std::make_shared<discovery_result>(*result);
  late->in_time = false;
  open_.answer(key, discovery_result_ptr(std::move(late)));
}

void peer_client_state::send(peer_order& order) {
  const auto now = time_.now(self_);
  const auto remaining = order.deadline - now;
  if (remaining <= duration{0}) {
    return order.whom->deliver(
        failure{errc::deadline_exceeded, "the deadline had passed before it was forwarded"});
  }
  const waiting asked{order.request.id, order.input, order.deadline};
  const auto key = open_.add({std::move(order.whom)}, order.deadline + answer_grace);
  self_
      ->request(order.to, caf::infinite,
                peer_request{std::move(order.request), order.input, remaining})
      .then(
          [this, key, asked](const discovery_result_ptr& result) { answered(key, asked, result); },
          [this, key](const caf::error& error) { open_.answer(key, error); });
  arm(now);
}

// One timer, for the request whose time is over first; an earlier one needs one more. Not at once:
// a clock that runs fast would never show what is due, but ask again and again.
void peer_client_state::arm(time_point now) {
  constexpr duration shortest = std::chrono::milliseconds(1);
  if (open_.empty()) return;
  const auto due = std::max(now + shortest, *open_.next_due());
  if (armed_for_ <= due) return;
  armed_for_ = due;
  ++timers_;
  time_.after(self_, due - now, tick_atom::value);
}

void peer_client_state::tick() {
  const auto now = time_.now(self_);
  --timers_;
  // A clock that changed its rate meanwhile may show less than what was waited for.
  if (now >= armed_for_ || timers_ == 0) armed_for_ = time_point::max();
  open_.sweep(now);
  arm(now);
}

peer_client_state::handle::behavior_type peer_client_state::make_behavior() {
  return {[this](peer_order& order) { send(order); }, [this](tick_atom) { tick(); }};
}

}  // namespace troupe::chaos
