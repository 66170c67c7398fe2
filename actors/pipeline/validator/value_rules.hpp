#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "messages/format.hpp"

namespace troupe {

/// The chance that the next value is one never seen, by Good and Turing's estimate: the values seen
/// once over all that were seen (I. J. Good, Biometrika 40, 1953). 1 where fewer than 16 were seen.
[[nodiscard]] double chance_of_new(std::span<const std::uint64_t> seen) noexcept;

/// Which values of each field of a format are among those known.
///
/// What was never seen is only wrong where much was seen: a list of values is *closed* when a new
/// value has a chance under `closed_under`; an open list forbids nothing. Ranges count for fields
/// that every message of a type has, for those inside of lists and choices may be seldom seen.
class value_rules {
 public:
  static constexpr double closed_under = 0.002;
  static constexpr double unlisted_under = 0.02;    // where the format says the chance, one added
  static constexpr std::uint64_t fewest_seen = 16;  // messages or values, to conclude anything

  explicit value_rules(const format& what);

  /// Why the field cannot hold these bytes; empty when it can.
  [[nodiscard]] std::string objection(const field& to, std::span<const std::uint8_t> bytes) const;

  /// Why no element of a BER tree in a message of this type has this tag; empty when one may.
  [[nodiscard]] std::string tag_objection(std::uint32_t type, std::uint8_t tag) const;

 private:
  /// The tags of all trees of a type.
  struct known_tags {
    bool closed = true;
    std::string tags;
  };

  void learn(const body& elements, known_tags& tags);
  static void learn(const ber_tree& from, known_tags& tags);
  void learn(const field& from);
  void learn_ranges(const message_type& type);

  std::unordered_map<const field*, std::vector<std::string_view>> closed_;  // sorted values
  std::unordered_set<const field*> ranged_;
  std::vector<known_tags> tags_;  // by type
};

}  // namespace troupe
