#include "actors/cache/result_cache.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

// Model versions that are remembered as invalid; an older one then loses its date, not its
// entries: those went when it was invalidated.
constexpr std::size_t versions_limit = 64;

}  // namespace

std::optional<result_cache::known> result_cache::find(const content_hash& key, time_point now,
                                                      duration accept_stale_up_to) {
  const auto at = index_.find(key);
  if (at == index_.end()) {
    ++totals_.misses;
    return std::nullopt;
  }
  const auto position = at->second;
  if (now >= position->dropped) {
    ++totals_.expirations;
    ++totals_.misses;
    erase(position);
    return std::nullopt;
  }
  const bool stale = now >= position->expires;
  if (stale && now - position->expires >= accept_stale_up_to) {
    ++totals_.misses;
    return std::nullopt;
  }
  const auto& what = position->what;
  ++(stale ? totals_.stale_hits : what.result ? totals_.hits : totals_.negative_hits);
  order_.splice(order_.begin(), order_, position);
  return known{what.result, what.why, std::max(now - position->computed, duration{0}), stale};
}

std::optional<result_cache::known> result_cache::last(const content_hash& key, time_point now,
                                                      duration up_to) const {
  const auto at = index_.find(key);
  if (at == index_.end()) return std::nullopt;
  const auto& one = *at->second;
  if (!one.what.result || now >= one.dropped || now - one.expires >= up_to) return std::nullopt;
  return known{one.what.result, {}, std::max(now - one.computed, duration{0}), true};
}

duration result_cache::life(double drawn) const noexcept {
  const auto share = 1 + limits_.jitter * (2 * drawn - 1);
  return duration{
      static_cast<duration::rep>(static_cast<double>(limits_.time_to_live.count()) * share)};
}

bool result_cache::outdated(const value& what) const {
  if (all_before_ && what.begun <= *all_before_) return true;
  const auto found = before_.find(what.model_version);
  return found != before_.end() && what.begun <= found->second;
}

bool result_cache::insert(const content_hash& key, value what, time_point now, double drawn) {
  if (outdated(what)) {
    ++totals_.refused;
    return false;
  }
  if (const auto found = index_.find(key); found != index_.end()) erase(found->second);
  if (what.bytes > limits_.capacity_bytes) {
    ++totals_.refused;
    return true;
  }
  while (totals_.bytes + what.bytes > limits_.capacity_bytes) {
    ++totals_.evictions;
    erase(std::prev(order_.end()));
  }
  place(order_.begin(), key, std::move(what), now, drawn);
  return true;
}

void result_cache::place(order::iterator before, const content_hash& key, value what,
                         time_point now, double drawn) {
  const bool negative = what.result == nullptr;
  const auto computed = now - what.age;
  const auto expires = computed + (negative ? limits_.negative_time : life(drawn));
  totals_.bytes += what.bytes;
  const auto at = order_.insert(before, {key, std::move(what), computed, expires,
                                         negative ? expires : expires + limits_.stale_for});
  index_.emplace(key, at);
}

warm_outcome result_cache::warm(const content_hash& key, value what, time_point now, double drawn) {
  if (what.age >= life(drawn)) return warm_outcome::expired;
  if (outdated(what)) return warm_outcome::invalidated;
  const auto found = index_.find(key);
  const bool there = found != index_.end();
  if (there && now < found->second->expires) return warm_outcome::held;
  const auto freed = there ? found->second->what.bytes : 0;
  if (totals_.bytes - freed + what.bytes > limits_.capacity_bytes) return warm_outcome::no_room;
  if (there) erase(found->second);
  place(order_.end(), key, std::move(what), now, drawn);
  return warm_outcome::kept;
}

std::vector<std::pair<std::uint64_t, cached_entry>> result_cache::sample(std::uint64_t first,
                                                                         std::uint64_t count,
                                                                         time_point now) const {
  std::vector<std::pair<std::uint64_t, cached_entry>> out;
  if (first >= order_.size()) return out;
  auto position = std::next(order_.begin(), static_cast<std::ptrdiff_t>(first));
  for (auto rank = first; rank - first < count && position != order_.end(); ++rank, ++position) {
    const auto& what = position->what;
    if (!what.result || now >= position->expires) continue;
    const auto age = std::max(now - position->computed, duration{0});
    out.push_back({rank, {position->key, what.result, what.model_version, age, what.bytes}});
  }
  return out;
}

void result_cache::invalidate(std::optional<std::uint64_t> model_version, time_point now) {
  if (!model_version) {
    all_before_ = now;
    before_.clear();
  } else {
    if (before_.size() >= versions_limit) before_.erase(before_.begin());
    before_[*model_version] = now;
  }
  for (auto position = order_.begin(); position != order_.end();) {
    const auto one = position++;
    if (model_version && one->what.model_version != *model_version) continue;
    ++totals_.invalidations;
    erase(one);
  }
}

result_cache::totals result_cache::count() const noexcept {
  auto out = totals_;
  out.entries = index_.size();
  return out;
}

void result_cache::erase(order::iterator position) {
  totals_.bytes -= position->what.bytes;
  index_.erase(position->key);
  order_.erase(position);
}

}  // namespace troupe
