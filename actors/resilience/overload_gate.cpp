#include "actors/resilience/overload_gate.hpp"

namespace troupe {

void overload_gate::record(std::uint64_t served, std::uint64_t refused, time_point reading) {
  const auto number = time_.at(reading).time_since_epoch().count() / width;
  auto& now = ring_[static_cast<std::size_t>(number) % ring_.size()];
  if (now.number != number) now = {number, 0, 0};
  now.served += served;
  now.refused += refused;
}

overload_gate::slice overload_gate::sum_since(duration span, std::int64_t newest) const {
  const auto oldest = newest - span.count() / width;
  slice sum;
  for (const auto& one : ring_) {
    if (one.number <= oldest || one.number > newest) continue;
    sum.served += one.served;
    sum.refused += one.refused;
  }
  return sum;
}

bool overload_gate::overloaded(time_point reading) {
  const auto now = time_.at(reading);
  const auto newest = now.time_since_epoch().count() / width;
  const auto share_of = [](const slice& sum) {
    const auto all = sum.served + sum.refused;
    return all == 0 ? 0.0 : static_cast<double>(sum.refused) / static_cast<double>(all);
  };
  if (!overloaded_) {
    const auto seen = sum_since(settings_.fall_after, newest);
    if (seen.served + seen.refused < settings_.least) return false;
    if (share_of(seen) < settings_.fall_share) return false;
    overloaded_ = true;
    since_ = now;
  } else if (now - since_ >= settings_.rise_after &&
             share_of(sum_since(settings_.rise_after, newest)) <= settings_.rise_share) {
    overloaded_ = false;
  }
  return overloaded_;
}

}  // namespace troupe
