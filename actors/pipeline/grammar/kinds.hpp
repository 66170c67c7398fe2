#pragma once

#include <cstdint>
#include <span>

#include "actors/pipeline/grammar/scopes.hpp"
#include "messages/format.hpp"

namespace troupe::grammar {

/// A field of `width` bytes at `offset` of every scope: its kind, values and range as seen. Every
/// scope must reach its end.
[[nodiscard]] field describe_field(std::span<const scope> within, const samples& from,
                                   std::uint32_t offset, std::uint32_t width, byte_order order);

/// A field that takes what is left of the scope.
[[nodiscard]] field describe_rest(std::span<const scope> within);

}  // namespace troupe::grammar
