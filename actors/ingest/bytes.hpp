#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace troupe::ingest {

using byte_view = std::span<const std::uint8_t>;

/// The number in the first `width` (1..8) bytes of `bytes`, which has at least so many.
[[nodiscard]] constexpr std::uint64_t load(byte_view bytes, std::size_t width,
                                           bool little) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    value = (value << 8U) | bytes[little ? width - 1 - i : i];
  }
  return value;
}

[[nodiscard]] constexpr std::uint16_t big16(byte_view bytes, std::size_t at) noexcept {
  return static_cast<std::uint16_t>((bytes[at] << 8U) | bytes[at + 1]);
}

[[nodiscard]] constexpr std::uint32_t big32(byte_view bytes, std::size_t at) noexcept {
  return static_cast<std::uint32_t>(load(bytes.subspan(at), 4, false));
}

/// The first `size` bytes, or all where there are fewer.
[[nodiscard]] constexpr byte_view at_most(byte_view bytes, std::size_t size) noexcept {
  return bytes.first(size < bytes.size() ? size : bytes.size());
}

/// Mixes the bits of a number (splitmix64, Steele et al. 2014): turns counters into random draws.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t value) noexcept {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31U);
}

}  // namespace troupe::ingest
