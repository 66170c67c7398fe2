#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "actors/pipeline/grammar/scopes.hpp"

namespace troupe::grammar {

/// Bytes of the chain of printable labels (see messages/format.hpp `name_chain`) at the start of
/// `bytes`, and how many labels it has; size 0 where there is none. A lone pointer has no labels.
struct chain {
  std::uint32_t size = 0;
  std::uint32_t labels = 0;
};

[[nodiscard]] chain read_chain(bytes_view bytes);

/// The first offset at which every scope has a chain and most chains have two labels or more.
[[nodiscard]] std::optional<std::uint32_t> find_chain(std::span<const scope> within,
                                                      std::uint32_t last_offset);

}  // namespace troupe::grammar
