#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "actors/pipeline/parser/parse_tree.hpp"

namespace troupe {

/// Why the length, count or checksum field that is element `number` of a body does not agree with
/// what it covers; empty when it does, or when the body was not read that far.
[[nodiscard]] std::string broken_relation(const parse_tree& tree, const parse_tree::body_run& in,
                                          std::uint32_t number,
                                          std::span<const std::uint8_t> message);

}  // namespace troupe
