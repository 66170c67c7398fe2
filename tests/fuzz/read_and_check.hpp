#pragma once

#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <variant>

#include "actors/ingest/input.hpp"

namespace troupe::fuzz {

/// Stops the fuzzer: what is promised does not hold.
inline void must(bool holds) {
  if (!holds) std::abort();
}

inline void check(const traffic_group& group) {
  must(group.messages_seen >= group.messages.size());
  for (const auto& message : group.messages) {
    must(message.flow < group.flows.size());
    must(message.size > 0 && group.payload(message).size() == message.size);
  }
  for (const auto& flow : group.flows) {
    must(flow.packets > 0);
    for (const auto& segment : flow.opening) {
      must(group.payload(segment).size() == segment.size && segment.size <= segment.wire_size);
    }
  }
}

/// Reads bytes with small budgets, so that sampling and the limits are reached too.
inline void read_and_check(std::span<const std::uint8_t> bytes) {
  ingest_options options;
  options.group_budget_bytes = 16U << 10U;
  options.group_budget_messages = 50;
  options.stream_budget_bytes = 8U << 10U;
  options.message_limit_bytes = 2048;
  options.groups_limit = 20;
  options.flows_limit = 100;
  options.total_budget_bytes = 64U << 10U;
  options.held_budget_bytes = 32U << 10U;
  options.opening_budget_bytes = 16U << 10U;
  options.input_limit_bytes = 4U << 20U;
  const auto answer = read_bytes(bytes, "fuzz", options);
  if (const auto* failed = std::get_if<failure>(&answer)) {
    return must(failed->code != errc::none && !failed->what.empty());
  }
  const auto& result = std::get<ingest_result>(answer);
  must(!result.groups.empty() && result.groups.size() <= options.groups_limit);
  for (const auto& group : result.groups) check(*group);
}

}  // namespace troupe::fuzz
