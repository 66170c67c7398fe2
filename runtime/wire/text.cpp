#include "runtime/wire/text.hpp"

namespace troupe::wire {
namespace {

constexpr std::string_view digits_of = "0123456789abcdef";

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (byte_at(text, at) & 0xc0U) == 0x80U;
}

// Bytes of the well-formed printable character at `at` (Unicode 15, table 3-7); 0 for anything
// else.
std::size_t character_size(std::string_view text, std::size_t at) {
  const unsigned lead = byte_at(text, at);
  if (lead < 0x80) return lead >= 0x20 && lead != 0x7f ? 1 : 0;
  if (lead < 0xc2 || lead > 0xf4 || !continues(text, at + 1)) return 0;
  const unsigned second = byte_at(text, at + 1);
  if (lead < 0xe0) return lead == 0xc2 && second < 0xa0 ? 0 : 2;  // C1 controls are no text
  if (!continues(text, at + 2)) return 0;
  if (lead < 0xf0) {
    const bool overlong = lead == 0xe0 && second < 0xa0;
    const bool surrogate = lead == 0xed && second > 0x9f;
    return overlong || surrogate ? 0 : 3;
  }
  const bool out_of_range = (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f);
  return out_of_range || !continues(text, at + 3) ? 0 : 4;
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

void append_hex(std::string& out, unsigned byte) {
  out += digits_of[byte >> 4U];
  out += digits_of[byte & 15U];
}

}  // namespace

std::string clean_text(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size();) {
    const auto size = character_size(raw, at);
    if (size == 0) {
      out += "\\x";
      append_hex(out, byte_at(raw, at++));
    } else {
      out += raw.substr(at, size);
      at += size;
    }
  }
  return out;
}

std::string to_hex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (std::size_t at = 0; at < bytes.size(); ++at) append_hex(out, byte_at(bytes, at));
  return out;
}

std::optional<std::string> from_hex(std::string_view digits, std::size_t& wrong_at) {
  std::string out;
  out.reserve(digits.size() / 2);
  for (std::size_t at = 0; at < digits.size();) {
    if (is_space(digits[at])) {
      ++at;
      continue;
    }
    const int high = digit_value(digits[at]);
    const int low = at + 1 < digits.size() ? digit_value(digits[at + 1]) : -1;
    if (high < 0 || low < 0) {
      wrong_at = high < 0 ? at : at + 1;
      return std::nullopt;
    }
    out += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return out;
}

}  // namespace troupe::wire
