#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace troupe::wire {

/// Text that any reader may trust: valid UTF-8 without control characters. Every other byte becomes
/// `\xNN`. Evidence and names can carry bytes of the traffic, and those can be anything.
[[nodiscard]] std::string clean_text(std::string_view raw);

/// Two lower-case digits a byte.
[[nodiscard]] std::string to_hex(std::string_view bytes);

/// The bytes of hexadecimal digits (both cases; white space between bytes is skipped), or nothing;
/// `wrong_at` is then the position of the character that does not belong, or the text's size where
/// a digit is missing.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view digits, std::size_t& wrong_at);

}  // namespace troupe::wire
