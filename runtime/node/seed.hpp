#pragma once

#include <cstdint>

namespace troupe {

/// One well-mixed number from two: the finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014)
/// over their sum with the golden ratio.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t seed, std::uint64_t number) noexcept {
  auto z = seed + number * 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

}  // namespace troupe
