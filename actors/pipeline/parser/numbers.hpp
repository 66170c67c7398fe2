#pragma once

#include <cstdint>
#include <span>

#include "messages/format.hpp"

namespace troupe {

/// The unsigned integer that at most 8 bytes hold; of longer input the first 8 count. No bytes: 0.
[[nodiscard]] constexpr std::uint64_t read_number(std::span<const std::uint8_t> bytes,
                                                  byte_order order) noexcept {
  if (bytes.size() > 8) bytes = bytes.first(8);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto at = order == byte_order::big ? i : bytes.size() - 1 - i;
    value = value << 8 | bytes[at];
  }
  return value;
}

}  // namespace troupe
