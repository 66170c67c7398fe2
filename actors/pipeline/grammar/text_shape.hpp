#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "actors/pipeline/grammar/scopes.hpp"
#include "messages/format.hpp"

namespace troupe::grammar {

/// More than nine of ten bytes are printable, tab, CR or LF.
[[nodiscard]] bool is_text(bytes_view bytes);

/// The share of the samples that are text, 0..1.
[[nodiscard]] double text_share(const samples& from);

/// How text messages are cut, decided over all lines together: into tokens where delimiters are
/// dense, into `name: value` where most lines are, as whole lines where most lines are single
/// words, else behind the first word. Prose that goes on after a first line with a code stays in
/// one piece.
[[nodiscard]] text_lines shape_of_text(std::span<const scope> within);

/// How messages begin that are a token in brackets and then free prose, as log messages are.
struct framed_text {
  std::uint8_t closing = 0;   // the bracket that ends the token
  std::uint32_t longest = 0;  // bytes of the token with its brackets
};

/// Nearly all messages begin with such a token, and what delimits the words behind it agrees in
/// less than four of ten pairs of messages: no more fields can be told apart.
[[nodiscard]] std::optional<framed_text> find_frame(std::span<const scope> within);

[[nodiscard]] body describe_framed(const framed_text& frame, std::span<const scope> within);

}  // namespace troupe::grammar
