#pragma once

#include <cstdint>
#include <vector>

#include "actors/pipeline/grammar/scopes.hpp"
#include "messages/format.hpp"
#include "messages/traffic.hpp"

namespace troupe::grammar {

/// The type of every message of the group, as picked by keyword values alone. Types are numbered by
/// their first message; the selector's fallback is the most frequent one.
struct typed_messages {
  selector pick;
  std::vector<message_type> types;     // names, counts and sizes; no elements yet
  std::vector<std::uint32_t> type_of;  // by message
};

[[nodiscard]] typed_messages assign_types(const traffic_group& group,
                                          std::vector<keyword> keywords);

/// Which type follows which in the flows.
[[nodiscard]] std::vector<transition> count_transitions(const traffic_group& group,
                                                        const std::vector<std::uint32_t>& type_of);

}  // namespace troupe::grammar
