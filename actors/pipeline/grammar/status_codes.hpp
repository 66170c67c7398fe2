#pragma once

#include <optional>

#include "actors/pipeline/grammar/keywords.hpp"
#include "actors/pipeline/grammar/message_types.hpp"
#include "actors/pipeline/grammar/scopes.hpp"

namespace troupe::grammar {

/// Adds the word behind the one that tells the types, if there it is a code in some of the types:
/// in all messages of the type a number of as many digits, with values that come again. So answers
/// that begin with the same word are told apart, and what others have there is no type.
[[nodiscard]] std::optional<narrowing> add_codes(const samples& from, keyword_choice& so_far);

}  // namespace troupe::grammar
