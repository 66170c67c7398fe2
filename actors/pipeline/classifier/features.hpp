#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "messages/traffic.hpp"

namespace troupe {

/// The families of features. All sit at fixed offsets of one message (or are whole words), which is
/// what carries over from one capture source to another; free n-grams do not. Direction, ports and
/// addresses are not used; TCP and UDP features are different features.
enum class feature_group : std::uint8_t {
  anchored,  // the value of some bytes at some offset
  paired,    // the values of two bytes among the first ten
  mixed,     // an integer that measures the message, together with one of the first six bytes
  token,     // words of text, the first word of a message apart
};

inline constexpr std::size_t feature_group_count = 4;

/// A feature, hashed. The group is part of the hash.
using feature_key = std::uint32_t;

/// The offsets and widths, in bytes, of anchored values.
struct anchor {
  std::uint8_t offset = 0;
  std::uint8_t width = 0;
};

inline constexpr std::array<anchor, 19> anchors{{{0, 1},
                                                 {0, 2},
                                                 {0, 3},
                                                 {0, 4},
                                                 {0, 5},
                                                 {0, 6},
                                                 {0, 8},
                                                 {1, 2},
                                                 {1, 4},
                                                 {2, 2},
                                                 {2, 4},
                                                 {4, 2},
                                                 {4, 4},
                                                 {5, 3},
                                                 {6, 2},
                                                 {8, 2},
                                                 {8, 4},
                                                 {10, 2},
                                                 {12, 4}}};

/// The key of the value that `bytes` has at `at`; the message must be long enough.
[[nodiscard]] feature_key anchored_key(transport l4, anchor at,
                                       std::span<const std::uint8_t> bytes);

/// The distinct features of one flow, collected message by message. Reused from flow to flow, it
/// allocates nothing once it has grown.
class feature_set {
 public:
  feature_set();

  /// Empties the set for a flow over `l4`.
  void restart(transport l4);

  /// Adds the features of one message: its first bytes and its whole length on the wire.
  void add_message(std::span<const std::uint8_t> bytes, std::uint32_t wire_bytes);

  /// In the order in which they were first seen, so what is new since an earlier call is a suffix.
  [[nodiscard]] std::span<const feature_key> keys(feature_group group) const noexcept {
    return keys_[static_cast<std::size_t>(group)];
  }

 private:
  void add(feature_group group, std::uint64_t what, std::uint64_t value);
  void add_anchored(std::span<const std::uint8_t> bytes);
  void add_paired(std::span<const std::uint8_t> bytes);
  void add_mixed(std::span<const std::uint8_t> bytes, std::uint32_t wire_bytes);
  void add_tokens(std::span<const std::uint8_t> bytes);

  transport l4_ = transport::none;
  std::array<std::vector<feature_key>, feature_group_count> keys_;
  std::vector<feature_key> seen_;  // open addressing; 0 is free
  std::size_t seen_count_ = 0;
};

}  // namespace troupe
