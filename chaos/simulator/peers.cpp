#include "chaos/simulator/peers.hpp"

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
  return {[this](const peer_request& asked) -> caf::result<discovery_result_ptr> {
    const auto gateway = who_->gateway();
    if (!gateway) return make_error(errc::unavailable, "the node is starting");
    const auto now = time_.now(self_);
    auto made = self_->make_response_promise<discovery_result_ptr>();
    self_
        ->request(gateway, caf::infinite,
                  coordinator_job{asked.request, asked.input, now, now + asked.remaining})
        .then([made](const discovery_result_ptr& result) mutable { made.deliver(result); },
              [made](const caf::error& error) mutable { made.deliver(error); });
    return made;
  }};
}

void peer_client_state::answered(const peer_order& order, const discovery_result_ptr& result) {
  if (!result || result->id != order.request.id || result->input != order.input) {
    return order.whom->deliver(failure{errc::internal, "the answer was of another request"});
  }
  if (time_.now(self_) <= order.deadline || !result->in_time) return order.whom->deliver(result);
  auto late = std::make_shared<discovery_result>(*result);
  late->in_time = false;
  order.whom->deliver(discovery_result_ptr(std::move(late)));
}

void peer_client_state::send(const peer_order& order) {
  const auto remaining = order.deadline - time_.now(self_);
  if (remaining <= duration{0}) {
    return order.whom->deliver(
        failure{errc::deadline_exceeded, "the deadline had passed before it was forwarded"});
  }
  self_
      ->request(order.to, remaining + answer_grace,
                peer_request{order.request, order.input, remaining})
      .then([this, order](const discovery_result_ptr& result) { answered(order, result); },
            [whom = order.whom](const caf::error& error) {
              if (error == caf::sec::request_timeout) {
                return whom->deliver(
                    failure{errc::deadline_exceeded, "no answer from the other node"});
              }
              whom->deliver(to_failure(error));
            });
}

peer_client_state::handle::behavior_type peer_client_state::make_behavior() {
  return {[this](const peer_order& order) { send(order); }};
}

}  // namespace troupe::chaos
