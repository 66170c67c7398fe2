#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
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

/// Where the last keyword counts: the values of the keywords before it, and those values of its own
/// that make a type. Elsewhere, and for other values, types have no value of it.
using narrowing = std::map<std::vector<std::string>, std::set<std::string>>;

/// Without a narrowing all keywords count everywhere.
[[nodiscard]] typed_messages assign_types(const traffic_group& group, std::vector<keyword> keywords,
                                          const std::optional<narrowing>& last = {});

/// Makes one type of those that differ only in how long their messages are: their keyword says how
/// many bytes follow it. Four types and more, each seen twice at least, whose messages all have as
/// many bytes as their value of one keyword and the same number; with them those seen once. Among
/// 30 types of one size each, drawn from 100 sizes, four look so in 3 % of the cases
/// (C(30, 4) / 100^3); among types of various sizes practically never.
void merge_sizes(typed_messages& typed);

/// The narrowing of a selector; nothing where all its keywords count everywhere.
[[nodiscard]] std::optional<narrowing> narrowing_of(const selector& pick);

/// Which type follows which in the flows.
[[nodiscard]] std::vector<transition> count_transitions(const traffic_group& group,
                                                        const std::vector<std::uint32_t>& type_of);

}  // namespace troupe::grammar
