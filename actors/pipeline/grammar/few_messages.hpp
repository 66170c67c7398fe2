#pragma once

#include <cstdint>
#include <span>

#include "actors/pipeline/grammar/scopes.hpp"
#include "messages/format.hpp"

namespace troupe::grammar {

/// From so many different messages on, columns can be compared.
inline constexpr std::uint32_t fewest_to_compare = 4;

[[nodiscard]] bool too_few_to_compare(std::span<const scope> all);

/// The body for messages too few to compare. Only what proves itself within one message is
/// described: a BER tree or a chain of names; what always was the same bytes is constant. All else
/// is opaque, for boundaries would be guesses.
[[nodiscard]] body describe_few(std::span<const scope> all, const samples& from);

}  // namespace troupe::grammar
