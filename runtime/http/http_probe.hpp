#pragma once

#include <array>
#include <cstdint>

#include "runtime/telemetry/metrics.hpp"

namespace troupe {

/// What a request was for, as a label.
enum class http_endpoint : std::uint8_t {
  metrics,
  health,
  tree,
  sla,
  discover,
  breakers,
  order_breaker,
  cache,
  cache_page,
  chaos,
  other
};

/// The HTTP server's metrics. Defined whole at the start, so that a rate is 0 before it is missing.
class http_probe {
 public:
  explicit http_probe(metrics& in) : discover_(in.latency("troupe_http_discover_seconds", help)) {
    constexpr std::array<const char*, endpoints> names{
        "metrics",       "health", "tree",       "sla",   "discover", "breakers",
        "order_breaker", "cache",  "cache_page", "chaos", "other"};
    constexpr std::array classes{"2xx", "4xx", "5xx"};
    for (std::size_t e = 0; e < names.size(); ++e) {
      for (std::size_t c = 0; c < classes.size(); ++c) {
        answered_[e][c] = &in.counter("troupe_http_requests_total", "Requests answered over HTTP.",
                                      {{"endpoint", names[e]}, {"status", classes[c]}});
      }
    }
  }

  void answered(http_endpoint by, int status, duration took) {
    const std::size_t status_class = status < 400 ? 0 : status < 500 ? 1 : 2;
    answered_[static_cast<std::size_t>(by)][status_class]->Increment();
    if (by != http_endpoint::discover) return;
    // At most one a request of some 100 us, so the histogram's lock does no harm.
    discover_.Observe(std::chrono::duration<double>(took).count());
  }

 private:
  static constexpr std::size_t endpoints = static_cast<std::size_t>(http_endpoint::other) + 1;

  static constexpr const char* help = "From the first byte to the answer, body included.";

  std::array<std::array<prometheus::Counter*, 3>, endpoints> answered_{};
  prometheus::Histogram& discover_;
};

}  // namespace troupe
