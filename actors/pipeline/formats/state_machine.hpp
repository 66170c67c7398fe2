#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/format.hpp"
#include "messages/traffic.hpp"

namespace troupe {

/// One message as the state machine sees it, in capture order.
struct sent_message {
  std::uint32_t flow = 0;
  direction dir = direction::client_to_server;
  std::uint32_t type = 0;  // index into format::types

  friend bool operator==(const sent_message&, const sent_message&) = default;
};

/// In which order the messages of a flow come, as a deterministic automaton. State 0 is the
/// beginning of a flow. An edge is a message: who sends it, and its type.
struct state_machine {
  struct edge {
    std::uint32_t from = 0;
    direction dir = direction::client_to_server;
    std::uint32_t type = 0;
    std::uint32_t to = 0;
    std::uint64_t seen = 0;

    friend bool operator==(const edge&, const edge&) = default;
  };

  std::uint32_t states = 1;
  std::vector<edge> edges;          // by from, dir, type
  std::vector<std::uint64_t> ends;  // per state: flows whose last message led there
  std::uint64_t flows = 0;
  std::uint64_t messages = 0;
  std::uint64_t rare = 0;  // messages left out, because few others did the same

  friend bool operator==(const state_machine&, const state_machine&) = default;
};

/// Learns the automaton whose state is the last message (its sender and type): first-order
/// transitions, which is inference of a 2-testable language in the strict sense (Garcia and Vidal,
/// "Inference of k-testable languages in the strict sense", IEEE PAMI 12(9), 1990). Transitions
/// with less than `least_share` (0..1) of the messages that left their state are left out and
/// counted, then states with equal futures become one (Moore's partition refinement). Where flows
/// end is counted but tells no states apart: captures end anywhere.
///
/// Does not see what depends on more than one message before, or on time.
[[nodiscard]] state_machine infer_state_machine(std::span<const sent_message> messages,
                                                double least_share = 0.01);

/// The same for all messages of a group, typed by the format, which must pass `check`.
[[nodiscard]] state_machine infer_state_machine(const format& what, const traffic_group& group);

/// A digraph for Graphviz: `dot -Tsvg`.
[[nodiscard]] std::string to_dot(const state_machine& machine, const format& what,
                                 std::string_view title);

/// One line a transition: "0 start  c2s request (12) -> 1".
[[nodiscard]] std::vector<std::string> to_lines(const state_machine& machine, const format& what);

}  // namespace troupe
