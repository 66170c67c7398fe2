#include "actors/resilience/bulkhead.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

bulkhead::bulkhead(options limits)
    : limits_(limits), calls_(std::max(limits.concurrent, 1U) + limits.waiting) {
  limits_.concurrent = std::max(limits.concurrent, 1U);
}

bulkhead::answer bulkhead::enter(time_point deadline, time_point reading) {
  const auto now = time_.at(reading);
  const auto until = time_.ahead(deadline);
  if (until <= now) return {verdict::expired, {}};
  if (inside_ < limits_.concurrent) {
    ++inside_;
    return {verdict::inside, calls_.insert({until, true})};
  }
  if (queue_.size() >= limits_.waiting) return {verdict::full, {}};
  const auto granted = calls_.insert({until, false});
  queue_.push_back(granted);
  return {verdict::waiting, granted};
}

bulkhead::orders bulkhead::leave(permit granted, time_point reading) {
  const auto now = time_.at(reading);
  const auto* one = calls_.find(granted);
  if (one == nullptr) return {};
  if (one->inside) {
    --inside_;
  } else {
    std::erase(queue_, granted);
  }
  calls_.erase(granted);
  return let_in(now, {});
}

bulkhead::orders bulkhead::tick(time_point reading) {
  const auto now = time_.at(reading);
  std::vector<permit> over;
  calls_.for_each([&](permit key, const call& one) {
    if (one.inside && end_of(one) <= now) over.push_back(key);
  });
  for (const auto key : over) {
    --inside_;
    calls_.erase(key);
  }
  orders out;
  std::erase_if(queue_, [&](permit key) {
    if (calls_.find(key)->deadline > now) return false;
    out.refuse.push_back(key);
    calls_.erase(key);
    return true;
  });
  return let_in(now, std::move(out));
}

time_point bulkhead::end_of(const call& one) const noexcept {
  return one.inside ? later(one.deadline, limits_.lost_after) : one.deadline;
}

bulkhead::orders bulkhead::let_in(time_point now, orders out) {
  while (inside_ < limits_.concurrent && !queue_.empty()) {
    const auto next = queue_.front();
    queue_.pop_front();
    auto& one = *calls_.find(next);
    if (one.deadline <= now) {
      calls_.erase(next);
      out.refuse.push_back(next);
      continue;
    }
    one.inside = true;
    ++inside_;
    out.enter.push_back(next);
  }
  return out;
}

}  // namespace troupe
