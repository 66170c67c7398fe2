#include "runtime/telemetry/json_text.hpp"

#include <array>
#include <cstdint>

namespace troupe {
namespace {

struct form {
  unsigned char first_low, first_high;    // lead byte
  unsigned char second_low, second_high;  // first byte behind it
  std::size_t size;
};

// Well-formed UTF-8, Unicode 15 table 3-7.
constexpr std::array forms{
    form{0xc2, 0xdf, 0x80, 0xbf, 2}, form{0xe0, 0xe0, 0xa0, 0xbf, 3},
    form{0xe1, 0xec, 0x80, 0xbf, 3}, form{0xed, 0xed, 0x80, 0x9f, 3},
    form{0xee, 0xef, 0x80, 0xbf, 3}, form{0xf0, 0xf0, 0x90, 0xbf, 4},
    form{0xf1, 0xf3, 0x80, 0xbf, 4}, form{0xf4, 0xf4, 0x80, 0x8f, 4},
};

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// Bytes of the non-ASCII character that begins at `at`; 0 when none does.
std::size_t character_size(std::string_view text, std::size_t at) {
  const auto first = byte_at(text, at);
  for (const auto& f : forms) {
    if (first < f.first_low || first > f.first_high) continue;
    if (text.size() - at < f.size) return 0;
    if (byte_at(text, at + 1) < f.second_low || byte_at(text, at + 1) > f.second_high) return 0;
    for (std::size_t i = 2; i < f.size; ++i) {
      if ((byte_at(text, at + i) & 0xc0U) != 0x80U) return 0;
    }
    return f.size;
  }
  return 0;
}

void append_ascii(std::string& to, char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (c) {
    case '"': to += "\\\""; return;
    case '\\': to += "\\\\"; return;
    case '\n': to += "\\n"; return;
    case '\r': to += "\\r"; return;
    case '\t': to += "\\t"; return;
    default: break;
  }
  const auto code = static_cast<unsigned char>(c);
  if (code >= 0x20 && code != 0x7f) {
    to += c;
    return;
  }
  to += "\\u00";
  to += digits[code >> 4U];
  to += digits[code & 0xfU];
}

}  // namespace

void append_json(std::string& to, std::string_view text) {
  to += '"';
  for (std::size_t at = 0; at < text.size();) {
    if (byte_at(text, at) < 0x80) {
      append_ascii(to, text[at++]);
      continue;
    }
    const auto size = character_size(text, at);
    if (size == 0) {
      to += "\xef\xbf\xbd";
      ++at;
    } else {
      to += text.substr(at, size);
      at += size;
    }
  }
  to += '"';
}

}  // namespace troupe
