#pragma once

#include <string>
#include <string_view>

#include "messages/format.hpp"
#include "messages/traffic.hpp"

namespace troupe {

/// The format for an analyst's eyes: how types are told, then every type's fields with offset,
/// width, kind, byte order, confidence, values, examples from `messages` and evidence.
///
/// Stable: one line a fact, no column depends on another line, so that two texts can be compared
/// line by line. ASCII only. `what` must pass `check`.
[[nodiscard]] std::string to_grammar_text(const format& what, std::string_view protocol_name,
                                          const traffic_group& messages);

}  // namespace troupe
