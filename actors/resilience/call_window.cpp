#include "actors/resilience/call_window.hpp"

#include <algorithm>

namespace troupe {

call_window::call_window(options settings)
    : settings_(settings),
      ring_(std::max(settings.by == kind::count ? settings.calls : settings.slices, 1U)) {}

void call_window::add(bool failed, bool slow, time_point now) {
  if (settings_.by == kind::count) {
    ++newest_;
  } else {
    move_to(now);
  }
  const auto place = static_cast<std::size_t>(newest_) % ring_.size();
  if (settings_.by == kind::count) drop(place);
  for (auto* one : {&ring_[place], &sum_}) {
    ++one->calls;
    one->failed += failed ? 1U : 0U;
    one->slow += slow ? 1U : 0U;
  }
}

call_window::tally call_window::read(time_point now) {
  if (settings_.by == kind::time) move_to(now);
  return sum_;
}

void call_window::clear() {
  std::ranges::fill(ring_, tally{});
  sum_ = {};
}

void call_window::move_to(time_point now) {
  const auto slices = static_cast<std::int64_t>(ring_.size());
  const auto width = std::max<duration::rep>(settings_.span.count() / slices, 1);
  const auto number = std::chrono::duration_cast<duration>(now.time_since_epoch()).count() / width;
  if (number <= newest_) return;
  if (number - newest_ >= slices) {
    clear();
  } else {
    for (auto next = newest_ + 1; next <= number; ++next) {
      drop(static_cast<std::size_t>(next % slices));
    }
  }
  newest_ = number;
}

void call_window::drop(std::size_t place) {
  auto& one = ring_[place];
  sum_.calls -= one.calls;
  sum_.failed -= one.failed;
  sum_.slow -= one.slow;
  one = {};
}

}  // namespace troupe
