#include "actors/sla/compliance_window.hpp"

#include <algorithm>

namespace troupe {

compliance_window::compliance_window(options settings)
    : settings_(settings), ring_(std::max(settings.slices, 1U)) {}

std::int64_t compliance_window::slice_number(time_point now) const {
  const auto width = std::max<duration::rep>(
      settings_.window.count() / static_cast<duration::rep>(ring_.size()), 1);
  return std::chrono::duration_cast<duration>(now.time_since_epoch()).count() / width;
}

void compliance_window::record(std::uint64_t in_time, std::uint64_t missed, time_point now) {
  const auto number = slice_number(now);
  auto& here = ring_[static_cast<std::size_t>(number) % ring_.size()];
  if (here.number != number) here = {number, 0, 0};
  here.answers += in_time + missed;
  here.in_time += in_time;
}

compliance_window::reading compliance_window::read(time_point now) const {
  const auto newest = slice_number(now);
  const auto oldest = newest - static_cast<std::int64_t>(ring_.size()) + 1;
  reading out;
  for (const auto& one : ring_) {
    if (one.number < oldest || one.number > newest) continue;
    out.answers += one.answers;
    out.in_time += one.in_time;
  }
  if (out.answers == 0) return out;
  out.share = static_cast<double>(out.in_time) / static_cast<double>(out.answers);
  if (out.in_time < out.answers) out.burn_rate = (1 - out.share) / (1 - settings_.objective);
  out.met = out.share >= settings_.objective;
  return out;
}

}  // namespace troupe
