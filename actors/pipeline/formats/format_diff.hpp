#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/format.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// One difference between two formats.
struct format_change {
  enum class what : std::uint8_t { added, removed, moved, retyped, resized, values };

  what kind = what::added;
  std::string type;    // the message type's name, in the new format where it has one
  std::string field;   // the element's name; empty: the type itself, or how types are told
  std::string before;  // what it was, in words; empty where it was added
  std::string after;   // what it is

  friend bool operator==(const format_change&, const format_change&) = default;
};

[[nodiscard]] std::string_view to_string(format_change::what kind) noexcept;

/// What decides how messages are read: how types are told, and each type's elements with width,
/// kind, order and relations, and the values of constants and enumerations. Not: names, counts,
/// ranges, confidence, evidence, version. Two formats with equal identity have no difference.
[[nodiscard]] content_hash identity_of(const format& what);

/// What changed from one format to another; empty exactly where their identities are equal.
///
/// Types are the same where the same keyword values pick them, else where names are equal. Elements
/// are aligned by the longest common subsequence of their shapes (kind, width, order, relation:
/// names say where an element stands, and shift with what comes before). Of what is then left over,
/// an element that is there in both is moved, two at the same place are retyped (other kind) or
/// resized.
[[nodiscard]] std::vector<format_change> changes_between(const format& before, const format& after);

/// "added    request.number_3: number of 2 bytes, big endian"
[[nodiscard]] std::string to_text(const format_change& change);

}  // namespace troupe
