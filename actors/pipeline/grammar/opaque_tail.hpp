#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "actors/pipeline/grammar/scopes.hpp"

namespace troupe::grammar {

/// Where an unstructured rest begins: the first column from which on all columns hold the same mix
/// of byte classes; in fewer than six different messages, from which on the bytes of each look
/// drawn evenly. Such a rest (compressed, encrypted, file contents, prose) has no fields that stand
/// at fixed offsets.
[[nodiscard]] std::optional<std::uint32_t> find_opaque_tail(std::span<const scope> within);

}  // namespace troupe::grammar
