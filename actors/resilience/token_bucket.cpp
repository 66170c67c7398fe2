#include "actors/resilience/token_bucket.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace troupe {

// A token has period / gcd grains and a nanosecond brings tokens / gcd of them.
token_bucket::token_bucket(const token_rate& rate, time_point now) : filled_(now) {
  const auto period = static_cast<std::uint64_t>(std::max<duration::rep>(rate.period.count(), 1));
  const auto common = std::gcd(period, rate.tokens);
  grains_per_token_ = period / common;
  grains_per_nanosecond_ = rate.tokens / common;
  burst_ = std::min(rate.burst, std::numeric_limits<std::uint64_t>::max() / grains_per_token_);
  grains_ = burst_ * grains_per_token_;
}

void token_bucket::refill(time_point now) noexcept {
  if (now <= filled_ || grains_per_nanosecond_ == 0) return;
  const auto elapsed = static_cast<std::uint64_t>((now - filled_).count());
  const auto missing = burst_ * grains_per_token_ - grains_;
  filled_ = now;
  grains_ +=
      elapsed > missing / grains_per_nanosecond_ ? missing : elapsed * grains_per_nanosecond_;
}

bool token_bucket::try_take(std::uint64_t cost) noexcept {
  if (cost > burst_ || cost * grains_per_token_ > grains_) return false;
  grains_ -= cost * grains_per_token_;
  return true;
}

void token_bucket::put_back(std::uint64_t cost) noexcept {
  const auto missing = burst_ * grains_per_token_ - grains_;
  grains_ += cost > missing / grains_per_token_ ? missing : cost * grains_per_token_;
}

duration token_bucket::wait_for(std::uint64_t cost) const noexcept {
  if (cost > burst_) return duration::max();
  const auto wanted = cost * grains_per_token_;
  if (wanted <= grains_) return duration{0};
  if (grains_per_nanosecond_ == 0) return duration::max();
  const auto missing = wanted - grains_;
  const auto wait = missing / grains_per_nanosecond_ + (missing % grains_per_nanosecond_ ? 1U : 0U);
  return duration{static_cast<duration::rep>(
      std::min<std::uint64_t>(wait, static_cast<std::uint64_t>(duration::max().count())))};
}

}  // namespace troupe
