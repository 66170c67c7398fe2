#pragma once

#include <cstdint>
#include <span>

#include "actors/pipeline/grammar/scopes.hpp"
#include "messages/format.hpp"

namespace troupe::grammar {

/// Makes a checksum of a field at `offset` of the scopes whose value can be computed from the rest
/// of its message: every algorithm of `checksum_relation` that has its width is tried over the
/// whole message, what precedes and what follows the field. Needs 4 different values, and 19 of 20
/// messages must agree; a chance agreement is then out of the question.
void judge_checksum(field& what, std::span<const scope> within, const samples& from,
                    std::uint32_t offset);

}  // namespace troupe::grammar
