#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "actors/pipeline/grammar/scopes.hpp"

namespace troupe::grammar {

/// The first offset, at most `last`, from which nearly all scopes hold UTF-16 text, little endian
/// and of the first 127 characters: three of them and more in most scopes. By chance six bytes look
/// so once in 100 million times.
[[nodiscard]] std::optional<std::uint32_t> find_wide_text(std::span<const scope> within,
                                                          std::uint32_t last);

/// The size of the text at the begin of `bytes`, its terminator (two zeros) included; 0 where there
/// is none.
[[nodiscard]] std::uint32_t wide_text_size(bytes_view bytes);

}  // namespace troupe::grammar
