#include "messages/format.hpp"

namespace troupe {

std::string_view to_string(field_kind kind) noexcept {
  switch (kind) {
    case field_kind::constant: return "constant";
    case field_kind::enumeration: return "enumeration";
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
    case field_kind::number: return "number";
    case field_kind::real: return "real";
    case field_kind::text: return "text";
    case field_kind::opaque: return "opaque";
    case field_kind::padding: return "padding";
  }
  return "unknown";
}

std::string_view to_string(checksum_relation::algorithm with) noexcept {
  using enum checksum_relation::algorithm;
  switch (with) {
    case sum8: return "sum8";
    case xor8: return "xor8";
    case internet: return "internet";
    case fletcher16: return "fletcher16";
    case adler32: return "adler32";
    case crc16_ccitt: return "crc16_ccitt";
    case crc16_modbus: return "crc16_modbus";
    case crc32: return "crc32";
  }
  return "unknown";
}

}  // namespace troupe
