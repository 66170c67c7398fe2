#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "actors/pipeline/grammar/scopes.hpp"
#include "messages/format.hpp"

namespace troupe::grammar {

/// How a protocol writes the length of a string before it.
struct text_prefix {
  std::uint32_t width = 1;
  byte_order order = byte_order::big;

  friend bool operator==(const text_prefix&, const text_prefix&) = default;
};

/// The way in which the lengths of the protocol's strings are written, from all runs of text whose
/// exact length stands before them. By chance a byte is the length of the run behind it once in 256
/// times: nothing is found where less than a tenth of the runs have a length.
[[nodiscard]] std::optional<text_prefix> learn_prefix(std::span<const scope> all);

/// The first offset, at most `last`, from which nearly all scopes have a string behind its length.
/// Most of the strings are not empty, and they have several lengths or one of three bytes and more.
[[nodiscard]] std::optional<std::uint32_t> find_prefixed(std::span<const scope> within,
                                                         const text_prefix& how,
                                                         std::uint32_t last);

/// The size of the string with its length at `offset`; nothing where it is no text or too long.
[[nodiscard]] std::optional<std::uint32_t> prefixed_size(const scope& one, const text_prefix& how,
                                                         std::uint32_t offset);

}  // namespace troupe::grammar
