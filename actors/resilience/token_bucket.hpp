#pragma once

#include <chrono>
#include <cstdint>

#include "messages/ids.hpp"

namespace troupe {

/// `tokens` come in every `period`, evenly; at most `burst` are kept. Both at least 1 to let
/// anything pass.
struct token_rate {
  std::uint64_t tokens = 100;
  duration period = std::chrono::seconds(1);
  std::uint64_t burst = 100;
};

/// A token bucket, full at first. Pure: the caller passes the time, which must not go back.
///
/// It counts in grains, the tokens of one nanosecond being a whole number of them, so that nothing
/// is lost or gained by rounding however long it runs and in whatever steps.
class token_bucket {
 public:
  token_bucket(const token_rate& rate, time_point now);

  void refill(time_point now) noexcept;
  /// Takes nothing when there are not enough.
  bool try_take(std::uint64_t cost) noexcept;
  void put_back(std::uint64_t cost) noexcept;
  /// From the last refill until `cost` is there, to the nanosecond; the longest time there is when
  /// it never will be.
  [[nodiscard]] duration wait_for(std::uint64_t cost) const noexcept;
  [[nodiscard]] std::uint64_t tokens() const noexcept { return grains_ / grains_per_token_; }

 private:
  std::uint64_t grains_per_token_;
  std::uint64_t grains_per_nanosecond_;
  std::uint64_t burst_;
  std::uint64_t grains_;
  time_point filled_;
};

}  // namespace troupe
