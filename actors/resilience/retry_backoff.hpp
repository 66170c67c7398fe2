#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "messages/ids.hpp"

namespace troupe {

/// min(base * 2^(n-1), max): the pause before attempt or restart number n + 1, without jitter.
[[nodiscard]] duration doubled(duration base, duration max, std::uint32_t n) noexcept;

/// When a failed call is tried again, if at all. Pure: `drawn` is from U(0, 1).
///
///   pause before the n-th retry = U(0, 1) * min(base * 2^(n-1), max)
///
/// That is "full jitter" (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015):
/// of the known kinds it spreads callers that failed together best. A server that says when to come
/// back is believed: the pause is then its time and at most `base` more.
///
/// It does not know whether a call may be made twice, nor the budget (see retry_budget).
struct retry_backoff {
  duration base = std::chrono::milliseconds(20);
  duration max = std::chrono::seconds(2);
  std::uint32_t attempts = 3;  // the first included

  /// The pause before the next attempt, after `made` attempts that failed. Nothing: there is none,
  /// because all were made or the pause would use up the `remaining` time. `retry_after`: 0 when
  /// the server named no time.
  [[nodiscard]] std::optional<duration> pause(std::uint32_t made, double drawn, duration remaining,
                                              duration retry_after = duration{0}) const noexcept;
};

}  // namespace troupe
