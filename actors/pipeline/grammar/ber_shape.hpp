#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "actors/pipeline/grammar/scopes.hpp"

namespace troupe::grammar {

struct ber_shape {
  std::uint32_t begin = 0;  // the tree reaches from here to the end of the scope
  double coverage = 0;      // share of the scopes that parse
};

/// ASN.1 BER from one of the first 16 offsets to the end of at least 95 % of the scopes: a strict
/// parse with at least three elements whose outermost one is constructed.
[[nodiscard]] std::optional<ber_shape> find_ber(std::span<const scope> within);

/// The tree that reaches from `begin` to the end of the scopes, with the tags that it has there.
[[nodiscard]] ber_tree describe_tree(std::span<const scope> within, const samples& from,
                                     std::uint32_t begin);

/// The number of elements of the BER tree that fills `bytes`, 0 where they are none.
[[nodiscard]] std::uint32_t count_ber_elements(bytes_view bytes);

/// Whether an element of the tree begins at `offset`.
[[nodiscard]] bool is_ber_tag(bytes_view bytes, std::size_t offset);

}  // namespace troupe::grammar
