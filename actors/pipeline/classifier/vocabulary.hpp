#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "actors/pipeline/classifier/features.hpp"

namespace troupe {

/// Features of one group that the same training flows have, and no others: to every linear or
/// counting model they are the same evidence, so models keep one row for all of them. Lossless, and
/// some ten times fewer rows than features.
using pattern_id = std::uint32_t;

inline constexpr pattern_id no_pattern = 0xffffffffU;

/// Finds the pattern of a feature.
class vocabulary {
 public:
  struct entry {
    feature_key key = 0;
    pattern_id pattern = 0;

    friend bool operator==(const entry&, const entry&) = default;
  };

  vocabulary() = default;
  /// `entries` ascend by key, without repeats.
  explicit vocabulary(std::vector<entry> entries);

  [[nodiscard]] pattern_id find(feature_key key) const noexcept;
  [[nodiscard]] std::span<const entry> entries() const noexcept { return entries_; }

 private:
  std::vector<entry> entries_;
  std::vector<std::uint32_t> first_;  // by the key's upper 16 bits: where such keys begin
};

/// The features of one flow, kept.
using kept_features = std::array<std::vector<feature_key>, feature_group_count>;

/// A pattern as it is learnt: which flows show it and how many features it stands for.
struct learnt_pattern {
  feature_group group = feature_group::anchored;
  std::uint32_t features = 0;
  std::vector<std::uint32_t> flows;  // indices into the training flows, ascending
};

struct learnt_vocabulary {
  vocabulary words;
  std::vector<learnt_pattern> patterns;
};

[[nodiscard]] learnt_vocabulary learn_vocabulary(std::span<const kept_features> flows);

}  // namespace troupe
