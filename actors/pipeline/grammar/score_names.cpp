#include <algorithm>

#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/grammar/scopes.hpp"

namespace troupe {

namespace {

std::string_view by_content(std::span<const std::uint8_t> bytes) noexcept {
  const bool text =
      bytes.size() > 2 && std::all_of(bytes.begin(), bytes.end(), grammar::is_text_byte);
  if (text) return "string";
  return bytes.size() <= 8 ? "uint" : "bytes";
}

}  // namespace

std::string_view score_type_name(field_kind kind, std::span<const std::uint8_t> bytes) noexcept {
  switch (kind) {
    case field_kind::constant: return by_content(bytes);
    case field_kind::enumeration: return by_content(bytes) == "string" ? "string" : "enum";
    case field_kind::flags: return "flags";
    case field_kind::length: return "length";
    case field_kind::count: return "count";
    case field_kind::sequence: return "sequence";
    case field_kind::checksum: return "checksum";
    case field_kind::timestamp: return "timestamp";
    case field_kind::id: return "id";
    case field_kind::ipv4: return "ipv4";
    case field_kind::ipv6: return "ipv6";
    case field_kind::mac: return "mac";
    case field_kind::number: return "uint";
    case field_kind::real: return "float";
    case field_kind::text: return "string";
    case field_kind::opaque: return bytes.size() <= 2 ? "uint" : "bytes";
    case field_kind::padding: return "padding";
  }
  return {};
}

}  // namespace troupe
