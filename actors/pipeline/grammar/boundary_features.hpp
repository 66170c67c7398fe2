#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "actors/pipeline/grammar/columns.hpp"
#include "messages/format.hpp"

namespace troupe::grammar {

/// Columns looked at on the left of a gap between two columns, and on its right.
inline constexpr std::size_t columns_before = 4;
inline constexpr std::size_t columns_behind = 4;

inline constexpr std::size_t column_features = 9;  // of each of them
inline constexpr std::size_t pair_features = 7;    // of each two neighbours among the middle six
inline constexpr std::size_t gap_features = 19;    // of the gap itself
inline constexpr std::size_t boundary_feature_count =
    (columns_before + columns_behind) * column_features + 5 * pair_features + gap_features;

/// What speaks for or against a boundary. No feature names a byte's value beyond its class (zero,
/// small, printable, high, all ones): a protocol cannot be recognised by its constants.
using boundary_features = std::array<float, boundary_feature_count>;

/// Where the columns stand.
struct column_place {
  std::uint32_t first_offset = 0;  // of column 0 in the message
  std::uint32_t depth = 0;         // bodies around
  std::size_t scopes = 0;          // that the columns were read from
  byte_order order = byte_order::big;
};

/// The features of the gaps before each of the columns; those of the first are of no use.
[[nodiscard]] std::vector<boundary_features> describe_gaps(const column_table& table,
                                                           const column_place& place,
                                                           std::span<const double> prior);

}  // namespace troupe::grammar
