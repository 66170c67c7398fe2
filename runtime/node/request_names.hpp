#pragma once

#include <atomic>
#include <cstdint>

#include "messages/ids.hpp"
#include "runtime/node/seed.hpp"

namespace troupe {

/// Names requests that came without a name. `boot` is a random number of this start of the process:
/// two nodes, or two starts of one, do not give the same names. Thread-safe.
class request_names {
 public:
  explicit request_names(std::uint64_t boot) : boot_(boot), last_((boot % (1U << 21U)) << 32U) {}

  /// Below 2^53, so that JavaScript and jq show it as it is.
  [[nodiscard]] request_id next() { return {last_.fetch_add(1, std::memory_order_relaxed) + 1}; }

  [[nodiscard]] trace_id trace_of(request_id id) const {
    return {mix(boot_, id.value), mix(~boot_, id.value)};
  }

 private:
  std::uint64_t boot_;
  std::atomic<std::uint64_t> last_;
};

}  // namespace troupe
