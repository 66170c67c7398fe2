#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "actors/pipeline/grammar/scopes.hpp"
#include "messages/format.hpp"

namespace troupe::grammar {

/// The parts of a message that tell its type, found by how much they say about the rest of it.
struct keyword_choice {
  std::vector<keyword> keywords;  // the one that says most first
  std::vector<std::string> evidence;
};

/// Binary messages. A candidate is one byte near the start (or the direction) with few values, that
/// is neither part of a length field nor fixed by the flow. Its gain is what knowing it saves in
/// describing the classes of the first 32 bytes and the length, less the description of the finer
/// tables (minimum description length: half a logarithm of the message count per new cell).
/// At most `most` of them, each given those before it.
[[nodiscard]] keyword_choice choose_keywords(const samples& from, const std::stop_token& stop,
                                             int most = 3);

/// Text: the first word that varies between few values. A word that is new in every second message
/// (a tag, a number, a date) names no type, nor does one with more than 256 values.
[[nodiscard]] keyword_choice choose_word(const samples& from);

}  // namespace troupe::grammar
