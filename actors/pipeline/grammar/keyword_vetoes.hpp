#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "actors/pipeline/grammar/scopes.hpp"

namespace troupe::grammar {

// What looks like a keyword by its gain and is none.

/// One attribute of every message as small numbers.
struct labels {
  std::vector<std::uint16_t> of;
  std::uint32_t values = 0;
  std::uint32_t offset = 0;
  bool is_direction = false;
};

/// How much of an attribute is fixed by the flow: 1 where it never changes within one although it
/// differs between them, 0 where two messages of one flow agree no more often than any two.
[[nodiscard]] double explained_by_flow(const samples& from, const labels& attribute);

/// A clock has many values, and from message to message of one stream it stays or goes up a little.
[[nodiscard]] bool is_clock(const samples& from, const labels& attribute, std::uint32_t offset);

/// The upper part of a clock hardly ever changes, and then by one.
[[nodiscard]] bool is_slow(const samples& from, std::uint32_t offset);

/// A length of a part of the message: with one number added it gives the size of three messages in
/// ten, of four sizes and more. Codes that happen to do so are improbable.
[[nodiscard]] bool measures_size(const samples& from, std::uint32_t offset);

/// Inside a BER tree only a tag can be a keyword; here most messages must have one.
[[nodiscard]] bool is_tag(std::span<const scope> all, std::uint32_t tree, std::uint32_t offset);

}  // namespace troupe::grammar
