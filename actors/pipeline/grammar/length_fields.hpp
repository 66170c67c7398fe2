#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "actors/pipeline/grammar/scopes.hpp"

namespace troupe::grammar {

/// A number near the start of every scope that gives the scope's size: size = value + bias.
struct length_field {
  std::uint32_t offset = 0;
  std::uint32_t width = 0;
  byte_order order = byte_order::big;
  std::int64_t bias = 0;
  double coverage = 0;      // share of the scopes in which it holds
  std::uint32_t sizes = 0;  // different sizes that it explains

  friend bool operator==(const length_field&, const length_field&) = default;
};

/// The length field that holds in the largest share (at least `coverage`) of the scopes and
/// explains at least `sizes` different sizes. Among equals: of big-endian fields the narrowest (the
/// upper bytes of a wider one are always zero, which proves nothing), of little-endian ones the
/// widest whose upper bytes are zero. One byte at an odd offset behind zeros is found as two.
[[nodiscard]] std::optional<length_field> find_length_field(std::span<const scope> within,
                                                            double coverage, std::uint32_t sizes);

/// That field and more beside it, the best first: lengths stand behind each other where one layer
/// wraps another. Each but the first explains at least four sizes, none overlaps a better one.
[[nodiscard]] std::vector<length_field> find_length_fields(std::span<const scope> within,
                                                           double coverage, std::uint32_t sizes);

[[nodiscard]] bool overlap(const length_field& left, const length_field& right);

/// The share of the scopes whose size the field gives, 0..1.
[[nodiscard]] double share_measured(const length_field& by, std::span<const scope> within);

}  // namespace troupe::grammar
