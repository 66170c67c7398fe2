#pragma once

#include <cstdint>

#include "messages/errc.hpp"
#include "messages/format.hpp"

namespace troupe {

/// What a format may at most ask for, so that executing it ends and fits in memory.
struct format_limit {
  static constexpr std::uint32_t depth = 32;           // bodies in bodies, BER in BER
  static constexpr std::uint32_t elements = 1U << 20;  // of all types together
  static constexpr std::int64_t bias = std::int64_t{1} << 32;
};

/// Whether the format can be executed: every reference is to an earlier element of the right sort,
/// every rule makes sense where it stands. `parser_failed` and the place of the first defect if
/// not.
[[nodiscard]] failure check(const format& what);

/// The byte count of an element that always has the same one; a reference to its number needs 1..8.
[[nodiscard]] bool is_number(const element& what) noexcept;

}  // namespace troupe
