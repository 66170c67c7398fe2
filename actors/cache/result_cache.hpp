#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <unordered_map>

#include "messages/discovery.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// Remembers whole results: least recently used goes first when the bytes are full, and nothing is
/// served after its time to live. Pure: the caller passes the time.
///
/// The key is a hash of input, plan and model versions, so an entry can never
/// answer for another version. Not for partial results; the caller keeps those out.
class result_cache {
 public:
  struct options {
    std::uint64_t capacity_bytes = 64ULL << 20U;
    duration time_to_live = std::chrono::minutes(5);
  };

  /// Running totals since construction, and what is held now.
  struct totals {
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;     // expired entries count as misses
    std::uint64_t evictions = 0;  // for want of bytes
    std::uint64_t expirations = 0;
    std::uint64_t refused = 0;  // larger than the whole cache
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;

    friend bool operator==(const totals&, const totals&) = default;
  };

  explicit result_cache(options limits) : limits_(limits) {}

  /// The entry that is alive at `now`, or null. A hit makes it the most recently used.
  [[nodiscard]] discovery_result_ptr find(const content_hash& key, time_point now);

  /// Keeps `result`, which weighs `bytes`; replaces an entry of the same key.
  void insert(const content_hash& key, discovery_result_ptr result, std::uint64_t bytes,
              time_point now);

  [[nodiscard]] totals count() const noexcept;

 private:
  struct entry {
    content_hash key;
    discovery_result_ptr result;
    std::uint64_t bytes = 0;
    time_point expires;
  };
  using order = std::list<entry>;  // most recently used first

  void erase(order::iterator position);

  options limits_;
  order order_;
  std::unordered_map<content_hash, order::iterator> index_;
  totals totals_;
};

/// About how much memory a result holds, in bytes. An estimate for the cache's bound, linear in its
/// parts.
[[nodiscard]] std::uint64_t weight_of(const discovery_result& result);

}  // namespace troupe
