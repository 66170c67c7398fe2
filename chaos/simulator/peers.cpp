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

peer_client_state::handle::behavior_type peer_client_state::make_behavior() {
  return {[this](const peer_order& order) {
    self_->request(order.to, order.what.remaining + answer_grace, order.what)
        .then([whom = order.whom](const discovery_result_ptr& result) { whom->deliver(result); },
              [whom = order.whom](const caf::error& error) {
                if (error == caf::sec::request_timeout) {
                  return whom->deliver(failure{errc::deadline_exceeded, "no answer from the node"});
                }
                whom->deliver(to_failure(error));
              });
  }};
}

}  // namespace troupe::chaos
