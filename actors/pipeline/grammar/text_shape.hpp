#pragma once

#include <span>

#include "actors/pipeline/grammar/scopes.hpp"
#include "messages/format.hpp"

namespace troupe::grammar {

/// More than nine of ten bytes are printable, tab, CR or LF.
[[nodiscard]] bool is_text(bytes_view bytes);

/// The share of the samples that are text, 0..1.
[[nodiscard]] double text_share(const samples& from);

/// How text messages are cut, decided over all lines together: into tokens where delimiters are
/// dense, as whole lines where most lines are single words, else behind the first word. Prose that
/// goes on after a first line with a code stays in one piece.
[[nodiscard]] text_lines shape_of_text(std::span<const scope> within);

}  // namespace troupe::grammar
