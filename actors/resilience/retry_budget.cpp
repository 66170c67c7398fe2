#include "actors/resilience/retry_budget.hpp"

#include <algorithm>
#include <cmath>

namespace troupe {

namespace {

constexpr std::uint64_t million = 1'000'000;

std::uint64_t parts(double share) {
  return static_cast<std::uint64_t>(std::llround(std::clamp(share, 0.0, 1.0) * million));
}

}  // namespace

retry_budget::retry_budget(options settings)
    : share_(parts(settings.share)),
      hedge_share_(std::min(parts(settings.hedge_share), share_)),
      reserve_(settings.reserve) {}

void retry_budget::first_attempt(time_point now) {
  ++move_to(now).first_attempts;
  ++sum_.first_attempts;
}

bool retry_budget::try_take(extra what, time_point now) {
  auto& slice = move_to(now);
  const auto used = sum_.retries + sum_.hedges;
  const auto within = [this](std::uint64_t taken, std::uint64_t share) {
    return (taken + 1) * million <= sum_.first_attempts * share;
  };
  const bool shared = within(used, share_);
  if (what == extra::hedge) {
    if (!shared || !within(sum_.hedges, hedge_share_)) return false;
    ++slice.hedges;
    ++sum_.hedges;
    return true;
  }
  if (!shared && used >= reserve_) return false;
  ++slice.retries;
  ++sum_.retries;
  return true;
}

retry_budget::reading retry_budget::read(time_point now) {
  move_to(now);
  return sum_;
}

retry_budget::reading& retry_budget::move_to(time_point reading_of_clock) {
  const auto since = time_.at(reading_of_clock).time_since_epoch();
  const auto number = std::chrono::duration_cast<duration>(since).count() / slice_width;
  if (number - newest_ >= slices) {
    ring_.fill({});
    sum_ = {};
    newest_ = number;
  }
  while (newest_ < number) {
    auto& oldest = ring_[static_cast<std::size_t>(++newest_ % slices)];
    sum_.first_attempts -= oldest.first_attempts;
    sum_.retries -= oldest.retries;
    sum_.hedges -= oldest.hedges;
    oldest = {};
  }
  return ring_[static_cast<std::size_t>(newest_ % slices)];
}

}  // namespace troupe
