#pragma once

#include <cstdint>

namespace troupe {

/// The chance that the next of `all` draws would be of a kind never seen, where `once` kinds were
/// drawn once (I. J. Good, Biometrika 40, 1953); one is added to both, for few draws prove little.
[[nodiscard]] constexpr double chance_of_unseen(std::uint64_t once, std::uint64_t all) noexcept {
  return static_cast<double>(once + 1) / static_cast<double>(all + 1);
}

}  // namespace troupe
