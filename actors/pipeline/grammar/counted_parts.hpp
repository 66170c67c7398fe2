#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "actors/pipeline/grammar/scopes.hpp"

namespace troupe::grammar {

/// A part behind its length, at the same place in every scope.
struct counted_part {
  std::uint32_t offset = 0;  // of the length
  std::uint32_t width = 0;   // of the length
};

/// The first of several parts, each behind its length, the last of which ends with the scope:
/// where sizes vary, a byte that is no length leads past the end or short of it. In between stand
/// at most four bytes. At least two of the lengths have three values and more, the first one has
/// two. Parts that are all written alike are a list (item_lists.hpp).
[[nodiscard]] std::optional<counted_part> find_counted(std::span<const scope> within,
                                                       byte_order order);

}  // namespace troupe::grammar
