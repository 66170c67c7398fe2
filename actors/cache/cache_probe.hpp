#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>

#include "actors/cache/result_cache.hpp"
#include "actors/cache/result_codec.hpp"

namespace troupe {

/// The cache's metrics, over all shards of a node. One instance a shard; it outlives the shard's
/// incarnations.
class cache_probe {
 public:
  explicit cache_probe(prometheus::Registry& registry)
      : lookups_(
            counters(registry, "troupe_cache_lookups_total", "Result cache look-ups by outcome")),
        removals_(counters(registry, "troupe_cache_removals_total",
                           "Entries that left the result cache, by reason")),
        misread_(counters(registry, "troupe_cache_misread_total",
                          "Bytes of the shared store that were no result for their key")),
        turns_(counters(registry, "troupe_cache_flights_total",
                        "What the single flight spared or brought about")),
        hits_(lookups_.Add({{"outcome", "hit"}})),
        stale_hits_(lookups_.Add({{"outcome", "stale"}})),
        negative_hits_(lookups_.Add({{"outcome", "negative"}})),
        misses_(lookups_.Add({{"outcome", "miss"}})),
        evictions_(removals_.Add({{"reason", "space"}})),
        expirations_(removals_.Add({{"reason", "age"}})),
        invalidations_(removals_.Add({{"reason", "invalidated"}})),
        refused_(removals_.Add({{"reason", "refused"}})),
        followed_(turns_.Add({{"event", "followed"}})),
        took_over_(turns_.Add({{"event", "took_over"}})),
        revalidated_(turns_.Add({{"event", "revalidated"}})),
        misread_by_reason_{&misread_.Add({{"reason", "foreign_format"}}),
                           &misread_.Add({{"reason", "damaged"}}),
                           &misread_.Add({{"reason", "another_key"}}),
                           &misread_.Add({{"reason", "another_model"}})},
        bytes_(gauge(registry, "troupe_cache_bytes", "Estimated bytes held by the result cache")),
        entries_(gauge(registry, "troupe_cache_entries", "Entries held by the result cache")),
        waiting_(
            gauge(registry, "troupe_cache_waiting", "Requests that wait for another's answer")) {}

  void followed() { ++followed_now_; }
  void took_over() { ++took_over_now_; }
  void revalidated() { ++revalidated_now_; }
  void misread(troupe::misread why) {
    misread_by_reason_.at(static_cast<std::size_t>(why))->Increment();
  }

  /// Takes over the running totals of a shard, and how many followers wait in it.
  void update(const result_cache::totals& now, std::uint32_t waiting) {
    add(hits_, now.hits, last_.hits);
    add(stale_hits_, now.stale_hits, last_.stale_hits);
    add(negative_hits_, now.negative_hits, last_.negative_hits);
    add(misses_, now.misses, last_.misses);
    add(evictions_, now.evictions, last_.evictions);
    add(expirations_, now.expirations, last_.expirations);
    add(invalidations_, now.invalidations, last_.invalidations);
    add(refused_, now.refused, last_.refused);
    take(followed_, followed_now_);
    take(took_over_, took_over_now_);
    take(revalidated_, revalidated_now_);
    bytes_.Increment(static_cast<double>(now.bytes) - static_cast<double>(last_.bytes));
    entries_.Increment(static_cast<double>(now.entries) - static_cast<double>(last_.entries));
    waiting_.Increment(static_cast<double>(waiting) - static_cast<double>(last_waiting_));
    last_ = now;
    last_waiting_ = waiting;
  }

 private:
  using counter = prometheus::Counter;
  using counter_family = prometheus::Family<counter>;

  static counter_family& counters(prometheus::Registry& registry, const char* name,
                                  const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  }
  static prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name,
                                  const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }
  static void add(counter& to, std::uint64_t now, std::uint64_t last) {
    to.Increment(static_cast<double>(now - last));
  }
  static void take(counter& to, std::uint64_t& count) {
    to.Increment(static_cast<double>(count));
    count = 0;
  }

  counter_family& lookups_;
  counter_family& removals_;
  counter_family& misread_;
  counter_family& turns_;
  counter& hits_;
  counter& stale_hits_;
  counter& negative_hits_;
  counter& misses_;
  counter& evictions_;
  counter& expirations_;
  counter& invalidations_;
  counter& refused_;
  counter& followed_;
  counter& took_over_;
  counter& revalidated_;
  std::array<counter*, 4> misread_by_reason_;
  prometheus::Gauge& bytes_;
  prometheus::Gauge& entries_;
  prometheus::Gauge& waiting_;
  std::uint64_t followed_now_ = 0;
  std::uint64_t took_over_now_ = 0;
  std::uint64_t revalidated_now_ = 0;
  result_cache::totals last_;
  std::uint32_t last_waiting_ = 0;
};

}  // namespace troupe
