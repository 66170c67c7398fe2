#pragma once

#include <memory>

#include "actors/shell/dependencies.hpp"
#include "actors/shell/open_requests.hpp"
#include "runtime/node/completion.hpp"
#include "runtime/node/directory.hpp"

namespace troupe::chaos {

/// A request as it travels from one node to another: with the time that is left of its deadline,
/// for their clocks need not agree.
struct peer_request {
  discovery_request request;
  content_hash input;
  duration remaining{0};
};

using peer_door_actor = caf::typed_actor<caf::replies_to<peer_request>::with<discovery_result_ptr>>;

/// Takes requests from other nodes and asks its own gateway.
class peer_door_state {
 public:
  using handle = peer_door_actor;
  static constexpr const char* name = "peer_door";

  peer_door_state(handle::pointer self, std::shared_ptr<directory> who, shell_time time);
  handle::behavior_type make_behavior();

 private:
  handle::pointer self_;
  std::shared_ptr<directory> who_;
  shell_time time_;
};

/// Of a client of this node: ask that node.
struct peer_order {
  peer_door_actor to;  // by way of the link
  discovery_request request;
  content_hash input;
  time_point deadline;  // on the clock of this node
  std::shared_ptr<completion> whom;
};

using peer_client_actor = caf::typed_actor<caf::reacts_to<peer_order>, caf::reacts_to<tick_atom>>;

/// Forwards requests to other nodes. What has not come back when its time is over is answered here:
/// from a table, not by CAF's timeouts, of which each would be an event of its own that most often
/// finds nothing to do.
class peer_client_state {
 public:
  using handle = peer_client_actor;
  static constexpr const char* name = "peer_client";

  peer_client_state(handle::pointer self, shell_time time) : self_(self), time_(std::move(time)) {}
  handle::behavior_type make_behavior();

 private:
  /// What is to be known of a request when its answer comes.
  struct waiting {
    request_id id;
    content_hash input;
    time_point deadline;
  };

  void send(peer_order& order);
  void answered(std::uint64_t key, const waiting& asked, const discovery_result_ptr& result);
  void tick();
  void arm(time_point now);

  handle::pointer self_;
  shell_time time_;
  open_requests<completion_promise> open_;
  time_point armed_for_ = time_point::max();
  std::uint32_t timers_ = 0;  // on their way
};

}  // namespace troupe::chaos

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::chaos::peer_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::chaos::peer_order)
