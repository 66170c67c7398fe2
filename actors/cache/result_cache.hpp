#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "messages/discovery.hpp"
#include "messages/errc.hpp"
#include "messages/ids.hpp"
#include "messages/warming.hpp"

namespace troupe {

/// Remembers whole results, and for a short time that an input has none: least recently used goes
/// first when the bytes are full. What is older than its time to live serves only those who say
/// how stale it may be. Pure: the caller passes the time and the random numbers.
///
///   computed --time_to_live (+- jitter)--> stale --stale_for--> gone
///
/// The key is a hash of input, plan and model versions, so an entry can never
/// answer for another version. Not for partial results; the caller keeps those out.
class result_cache {
 public:
  struct options {
    std::uint64_t capacity_bytes = 64ULL << 20U;
    duration time_to_live = std::chrono::minutes(5);
    double jitter = 0;      // entries live time_to_live * U(1 - jitter, 1 + jitter): 0..1
    duration stale_for{0};  // and are held so long after that
    duration negative_time = std::chrono::seconds(10);  // for which "there is none" is believed
  };

  /// What is known of a key: a result, or why there is none.
  struct value {
    discovery_result_ptr result;
    failure why = {};
    std::uint64_t bytes = 0;
    std::uint64_t model_version = 0;
    time_point begun = {};  // the work on it
    duration age{0};        // when it is kept: what comes from elsewhere is not new
  };

  struct known {
    discovery_result_ptr result;
    failure why;
    duration age{0};
    bool stale = false;
  };

  /// Running totals since construction, and what is held now.
  struct totals {
    std::uint64_t hits = 0;
    std::uint64_t stale_hits = 0;     // served after their time to live
    std::uint64_t negative_hits = 0;  // known not to be computable
    std::uint64_t misses = 0;         // expired entries count as misses
    std::uint64_t evictions = 0;      // for want of bytes
    std::uint64_t expirations = 0;
    std::uint64_t invalidations = 0;
    std::uint64_t refused = 0;  // larger than the whole cache, or begun before an invalidation
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;

    friend bool operator==(const totals&, const totals&) = default;
  };

  explicit result_cache(options limits) : limits_(limits) {}

  /// What is known at `now`; something stale only up to so long after its time to live. A hit
  /// makes it the most recently used.
  [[nodiscard]] std::optional<known> find(const content_hash& key, time_point now,
                                          duration accept_stale_up_to = duration{0});

  /// The result that is held, however stale up to so long after its time to live: for who has
  /// nothing better. Counts and moves nothing.
  [[nodiscard]] std::optional<known> last(const content_hash& key, time_point now,
                                          duration up_to) const;

  /// Keeps `what` in the place of what was under its key. `drawn` is from U(0, 1), for the jitter.
  /// False: it was begun before an invalidation, and nothing has changed.
  bool insert(const content_hash& key, value what, time_point now, double drawn = 0.5);

  /// Keeps what was held elsewhere, as what is to go first, and only where it drives out nothing
  /// and takes the place of nothing fresh.
  warm_outcome warm(const content_hash& key, value what, time_point now, double drawn = 0.5);

  /// The fresh results among those `count` entries that were used last but `first`, with their
  /// ranks. Counts and moves nothing.
  [[nodiscard]] std::vector<std::pair<std::uint64_t, cached_entry>> sample(std::uint64_t first,
                                                                           std::uint64_t count,
                                                                           time_point now) const;

  /// Forgets what this model version computed (nothing: any), and keeps nothing of it that was
  /// begun by now. Linear in the entries.
  void invalidate(std::optional<std::uint64_t> model_version, time_point now);

  [[nodiscard]] totals count() const noexcept;
  [[nodiscard]] const options& limits() const noexcept { return limits_; }

  /// The time to live of an entry whose draw this is.
  [[nodiscard]] duration life(double drawn) const noexcept;

 private:
  struct entry {
    content_hash key;
    value what;
    time_point computed;
    time_point expires;  // stale from here on
    time_point dropped;  // of no use to anybody
  };
  using order = std::list<entry>;  // most recently used first

  void erase(order::iterator position);
  void place(order::iterator before, const content_hash& key, value what, time_point now,
             double drawn);
  [[nodiscard]] bool outdated(const value& what) const;

  options limits_;
  order order_;
  std::unordered_map<content_hash, order::iterator> index_;
  std::optional<time_point> all_before_;        // nothing begun by then is kept
  std::map<std::uint64_t, time_point> before_;  // the same of one model version
  totals totals_;
};

/// About how much memory a result holds, in bytes. An estimate for the cache's bound, linear in its
/// parts.
[[nodiscard]] std::uint64_t weight_of(const discovery_result& result);
[[nodiscard]] std::uint64_t weight_of(const failure& why);

/// A whole result as it is kept, with its weight.
[[nodiscard]] result_cache::value valued(discovery_result_ptr result, std::uint64_t model_version,
                                         time_point begun, duration age = duration{0});

}  // namespace troupe
