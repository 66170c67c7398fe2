#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include "actors/cache/result_cache.hpp"

namespace troupe {

/// The cache's metrics, over all shards of a node. One instance a shard; it outlives the shard's
/// incarnations.
class cache_probe {
 public:
  explicit cache_probe(prometheus::Registry& registry)
      : lookups_(prometheus::BuildCounter()
                     .Name("troupe_cache_lookups_total")
                     .Help("Result cache look-ups by outcome")
                     .Register(registry)),
        removals_(prometheus::BuildCounter()
                      .Name("troupe_cache_removals_total")
                      .Help("Entries that left the result cache, by reason")
                      .Register(registry)),
        hits_(lookups_.Add({{"outcome", "hit"}})),
        misses_(lookups_.Add({{"outcome", "miss"}})),
        evictions_(removals_.Add({{"reason", "space"}})),
        expirations_(removals_.Add({{"reason", "age"}})),
        bytes_(prometheus::BuildGauge()
                   .Name("troupe_cache_bytes")
                   .Help("Estimated bytes held by the result cache")
                   .Register(registry)
                   .Add({})),
        entries_(prometheus::BuildGauge()
                     .Name("troupe_cache_entries")
                     .Help("Entries held by the result cache")
                     .Register(registry)
                     .Add({})) {}

  /// Takes over the running totals of a shard.
  void update(const result_cache::totals& now) {
    hits_.Increment(static_cast<double>(now.hits - last_.hits));
    misses_.Increment(static_cast<double>(now.misses - last_.misses));
    evictions_.Increment(static_cast<double>(now.evictions - last_.evictions));
    expirations_.Increment(static_cast<double>(now.expirations - last_.expirations));
    bytes_.Increment(static_cast<double>(now.bytes) - static_cast<double>(last_.bytes));
    entries_.Increment(static_cast<double>(now.entries) - static_cast<double>(last_.entries));
    last_ = now;
  }

 private:
  prometheus::Family<prometheus::Counter>& lookups_;
  prometheus::Family<prometheus::Counter>& removals_;
  prometheus::Counter& hits_;
  prometheus::Counter& misses_;
  prometheus::Counter& evictions_;
  prometheus::Counter& expirations_;
  prometheus::Gauge& bytes_;
  prometheus::Gauge& entries_;
  result_cache::totals last_;
};

}  // namespace troupe
