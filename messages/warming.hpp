#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "messages/discovery.hpp"
#include "messages/errc.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// A whole result as a cache holds it, on its way to another cache.
struct cached_entry {
  content_hash key;
  discovery_result_ptr result;
  std::uint64_t model_version = 0;
  duration age{0};          // since it was computed
  std::uint64_t bytes = 0;  // that it weighs in a cache
};

/// What became of an entry that was to warm a cache.
enum class warm_outcome : std::uint8_t {
  kept,
  held,            // there is a fresh one already
  no_room,         // it would have driven out another
  expired,         // older than its time to live
  invalidated,     // computed before its model version was
  another_model,   // not what this node would compute
  foreign_format,  // not ours, or of another version of this code
  damaged          // truncated, or its checksum does not hold
};
inline constexpr std::size_t warm_outcomes = static_cast<std::size_t>(warm_outcome::damaged) + 1;

[[nodiscard]] constexpr std::string_view to_string(warm_outcome what) noexcept {
  switch (what) {
    case warm_outcome::kept: return "kept";
    case warm_outcome::held: return "held";
    case warm_outcome::no_room: return "no_room";
    case warm_outcome::expired: return "expired";
    case warm_outcome::invalidated: return "invalidated";
    case warm_outcome::another_model: return "another_model";
    case warm_outcome::foreign_format: return "foreign_format";
    case warm_outcome::damaged: return "damaged";
  }
  return "unknown";
}

/// Entries by what became of them.
struct warm_counts {
  std::array<std::uint64_t, warm_outcomes> by_outcome{};

  void add(warm_outcome what, std::uint64_t entries = 1) {
    by_outcome[static_cast<std::size_t>(what)] += entries;
  }
  [[nodiscard]] std::uint64_t of(warm_outcome what) const {
    return by_outcome[static_cast<std::size_t>(what)];
  }

  friend bool operator==(const warm_counts&, const warm_counts&) = default;
};

/// Some of what a cache is to be warmed with.
struct warm_batch {
  std::vector<cached_entry> entries;
  warm_counts refused;      // what could not be read
  std::uint64_t bytes = 0;  // read
  failure problem = {};     // the first that was met, with its place
  bool last = true;         // nothing follows
};

/// The shard of a key, of so many.
[[nodiscard]] constexpr std::size_t shard_of(const content_hash& key, std::size_t shards) noexcept {
  return key.high % shards;
}

/// Brings the next batch: `tell` is called once, on any thread, maybe before this returns.
using warm_source = std::function<void(std::function<void(warm_batch)> tell)>;

}  // namespace troupe
