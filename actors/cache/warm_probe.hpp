#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <array>
#include <string>

#include "messages/warming.hpp"

namespace troupe {

/// What a node's cache was warmed with.
class warm_probe {
 public:
  explicit warm_probe(prometheus::Registry& registry) {
    auto& entries = prometheus::BuildCounter()
                        .Name("troupe_cache_warmed_total")
                        .Help("Entries that were to warm the cache, by what became of them")
                        .Register(registry);
    for (std::size_t i = 0; i < warm_outcomes; ++i) {
      by_outcome_[i] =
          &entries.Add({{"outcome", std::string(to_string(static_cast<warm_outcome>(i)))}});
    }
  }

  void warmed(const warm_counts& what) {
    for (std::size_t i = 0; i < warm_outcomes; ++i) {
      by_outcome_[i]->Increment(static_cast<double>(what.by_outcome[i]));
    }
  }

 private:
  std::array<prometheus::Counter*, warm_outcomes> by_outcome_{};
};

}  // namespace troupe
