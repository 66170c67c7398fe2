#include "actors/cache/result_cache.hpp"

#include <utility>

namespace troupe {

discovery_result_ptr result_cache::find(const content_hash& key, time_point now) {
  const auto found = index_.find(key);
  if (found == index_.end()) {
    ++totals_.misses;
    return nullptr;
  }
  const auto position = found->second;
  if (now >= position->expires) {
    ++totals_.expirations;
    ++totals_.misses;
    erase(position);
    return nullptr;
  }
  ++totals_.hits;
  order_.splice(order_.begin(), order_, position);
  return position->result;
}

void result_cache::insert(const content_hash& key, discovery_result_ptr result, std::uint64_t bytes,
                          time_point now) {
  if (const auto found = index_.find(key); found != index_.end()) erase(found->second);
  if (bytes > limits_.capacity_bytes) {
    ++totals_.refused;
    return;
  }
  while (totals_.bytes + bytes > limits_.capacity_bytes) {
    ++totals_.evictions;
    erase(std::prev(order_.end()));
  }
  order_.push_front({key, std::move(result), bytes, now + limits_.time_to_live});
  index_.emplace(key, order_.begin());
  totals_.bytes += bytes;
}

result_cache::totals result_cache::count() const noexcept {
  auto out = totals_;
  out.entries = index_.size();
  return out;
}

void result_cache::erase(order::iterator position) {
  totals_.bytes -= position->bytes;
  index_.erase(position->key);
  order_.erase(position);
}

}  // namespace troupe
