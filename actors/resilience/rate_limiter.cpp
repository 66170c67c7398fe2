#include "actors/resilience/rate_limiter.hpp"

#include <algorithm>

namespace troupe {

rate_limiter::rate_limiter(options limits) : limits_(limits), total_(limits.total, time_point{}) {
  limits_.max_clients = std::max(limits_.max_clients, 1U);
}

rate_limiter::answer rate_limiter::take(client_id client, std::uint64_t cost, time_point reading) {
  const auto now = time_.at(reading);
  auto& own = bucket_of(client, now);
  own.refill(now);
  total_.refill(now);
  if (own.try_take(cost)) {
    if (total_.try_take(cost)) return {};
    own.put_back(cost);
  }
  const auto own_wait = own.wait_for(cost);
  const auto total_wait = total_.wait_for(cost);
  const auto wait = std::max(own_wait, total_wait);
  if (wait == duration::max()) return {verdict::never, wait};
  return {own_wait > duration{0} ? verdict::client_limit : verdict::total_limit, wait};
}

token_bucket& rate_limiter::bucket_of(client_id client, time_point now) {
  if (const auto found = index_.find(client); found != index_.end()) {
    order_.splice(order_.begin(), order_, found->second);
    return found->second->bucket;
  }
  if (index_.size() >= limits_.max_clients) {
    index_.erase(order_.back().client);
    order_.pop_back();
  }
  order_.push_front({client, token_bucket(limits_.per_client, now)});
  index_.emplace(client, order_.begin());
  return order_.front().bucket;
}

}  // namespace troupe
