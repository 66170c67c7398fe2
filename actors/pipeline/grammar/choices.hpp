#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "actors/pipeline/grammar/scopes.hpp"

namespace troupe::grammar {

/// A field that every scope has at the same offset.
struct placed_field {
  std::uint32_t element = 0;  // index in its body
  std::uint32_t offset = 0;
  std::uint32_t width = 0;
};

/// The field that best tells apart what follows the fields: it must take few values, and knowing it
/// must save more in describing the sizes than the finer table costs.
[[nodiscard]] std::optional<placed_field> find_choice(std::span<const scope> within,
                                                      std::span<const placed_field> fields);

}  // namespace troupe::grammar
