#include "actors/sla/slice_window.hpp"

#include <algorithm>

namespace troupe {

slice_window::slice_window(duration window)
    : ring_(static_cast<std::size_t>(
          (std::clamp(window, resolution, longest) + resolution - duration{1}) / resolution)) {}

void slice_window::push(slot one) {
  auto& oldest = ring_[next_];
  total_.good += one.counts.good;
  total_.good -= oldest.counts.good;
  total_.bad += one.counts.bad;
  total_.bad -= oldest.counts.bad;
  oldest = one;
  next_ = (next_ + 1) % ring_.size();
  covered_ = std::min(covered_ + 1, ring_.size());
}

void slice_window::add(std::int64_t slice, slice_counts counts, float value) {
  if (covered_ > 0) {
    if (slice <= newest_) return;
    // Past a whole window of nothing, more of it changes nothing.
    const auto skipped =
        std::min<std::int64_t>(slice - newest_ - 1, static_cast<std::int64_t>(ring_.size()));
    for (std::int64_t i = 0; i < skipped; ++i) push({});
  }
  newest_ = slice;
  push({counts, value});
}

window_counts slice_window::last(std::size_t slices) const noexcept {
  window_counts out;
  for (std::size_t age = 0; age < std::min(slices, covered_); ++age) {
    out.good += at(age).good;
    out.bad += at(age).bad;
  }
  return out;
}

}  // namespace troupe
