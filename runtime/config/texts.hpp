#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace troupe {

/// The parts in a row. (Chains of operator+ make g++ 12 warn of overlaps that cannot be, PR105651.)
[[nodiscard]] inline std::string concat(std::initializer_list<std::string_view> parts) {
  std::string whole;
  for (const auto part : parts) whole += part;
  return whole;
}

/// Text from outside in a message for a person: in quotes, without control characters, cut after
/// 80 bytes.
[[nodiscard]] inline std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 80;
  std::string shown = "'";
  for (const char c : text.substr(0, longest)) {
    shown += (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) ? '?' : c;
  }
  return shown + (text.size() > longest ? "...'" : "'");
}

}  // namespace troupe
