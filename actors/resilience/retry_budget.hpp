#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "actors/resilience/forward_time.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// Keeps extra attempts, retries and hedges alike, a small share of the first ones, so that they
/// never multiply the load of a dependency that is already failing. Pure: the caller passes the
/// time, which may jump.
///
///   extra attempts in the last 10 s <= max(share * first attempts in the last 10 s, reserve)
///
/// After Finagle's RetryBudget (deposits that live 10 s, 20 % there) and the SRE book, chapter 21
/// (10 % of a client's requests); the larger of share and reserve, not their sum, as in Envoy's
/// retry_budget. So a dependency that fails every call sees at most 1 + `share` times the offered
/// load as soon as that is `reserve / share` requests in 10 s, and at most `reserve` attempts more
/// below: a node that is asked little can still tell a crash by chance from one by a poisonous
/// request. Hedges have a lower limit of their own and no reserve.
///
/// Take before the backoff, not after it, or waiting attempts overdraw. Extra attempts pay nothing
/// in, and what was taken is not given back.
class retry_budget {
 public:
  enum class extra : std::uint8_t { retry, hedge };

  struct options {
    double share = 0.1;
    double hedge_share = 0.05;   // part of the same budget
    std::uint32_t reserve = 10;  // extra attempts in 10 s
  };

  /// Of the last 10 s.
  struct reading {
    std::uint64_t first_attempts = 0;
    std::uint64_t retries = 0;
    std::uint64_t hedges = 0;

    friend bool operator==(const reading&, const reading&) = default;
  };

  explicit retry_budget(options settings);

  void first_attempt(time_point now);
  /// Whether one more attempt may be made; takes it if so.
  [[nodiscard]] bool try_take(extra what, time_point now);
  [[nodiscard]] reading read(time_point now);

 private:
  static constexpr std::int64_t slices = 10;
  static constexpr std::int64_t slice_width = 1'000'000'000;  // ns

  reading& move_to(time_point reading_of_clock);

  std::uint64_t share_;  // parts of a million, so that sums are exact
  std::uint64_t hedge_share_;
  std::uint64_t reserve_;
  forward_time time_;
  std::array<reading, slices> ring_{};
  std::int64_t newest_ = 0;
  reading sum_;
};

}  // namespace troupe
