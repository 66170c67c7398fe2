#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "actors/pipeline/grammar/scopes.hpp"

namespace troupe::grammar {

/// What one byte column of many scopes holds.
struct column {
  double present = 0;  // scopes that reach it
  double zero = 0;     // shares of those, 0..1
  double small = 0;    // 1..31
  double printable = 0;
  double high = 0;     // 127..254
  double full = 0;     // 255
  double entropy = 0;  // bits
  double variety = 0;  // entropy / the most that so many scopes could show, 0..1
  std::uint32_t distinct = 0;
  double counts_up = 0;  // share of the steps in one flow and direction that add 1..16, modulo 256
};

/// What a column and its left neighbour hold together.
struct column_pair {
  double zero_zero = 0;  // shares of the scopes, 0..1
  double zero_other = 0;
  double other_zero = 0;
  double text = 0;  // both printable
  double equal = 0;
  double joint_entropy = 0;  // bits
  double left_changes = 0;   // from scope to scope of one flow and direction
  double right_changes = 0;
  double both_change = 0;
};

struct column_table {
  std::vector<column> columns;     // of offset 0, 1, ...
  std::vector<column_pair> pairs;  // [i]: of columns i - 1 and i; [0] is empty
};

/// A column counts when four of five steps go up.
inline constexpr double counting = 0.8;

[[nodiscard]] column_table describe_columns(std::span<const scope> within, const samples& from,
                                            std::uint32_t end);

}  // namespace troupe::grammar
