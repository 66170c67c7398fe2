#include "actors/cache/cache_warmer_actor.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

cache_warmer_state::cache_warmer_state(handle::pointer self, warming::options limits,
                                       dependencies with)
    : self_(self), with_(std::move(with)), warming_(limits), shards_(with_.shards) {}

void cache_warmer_state::begin() {
  if (*with_.begun) return;
  *with_.begun = runs_ = true;
  const auto now = with_.time.now(self_);
  warming_.begin(now);
  with_.time.after(self_, warming_.ends() - now, tick_atom::value);
  read_on();
}

void cache_warmer_state::read_on() {
  // A weak handle: a source that never tells must not keep this actor, and its thread, for ever.
  with_.source([me = self_->address()](warm_batch batch) {
    if (const auto warmer = caf::actor_cast<caf::actor>(me)) {
      caf::anon_send(warmer, std::move(batch));
    }
  });
}

void cache_warmer_state::take(warm_batch batch) {
  if (!runs_) return;  // too late
  auto sorted = warming_.sort(std::move(batch), shards_.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i].empty()) continue;
    ++waiting_for_;
    self_->request(shards_[i], caf::infinite, cache_warm{std::move(sorted[i])})
        .then([this](const warm_counts& counts) { told(counts); },
              [this](const caf::error&) { told({}); });  // a shard that is down stays cold
  }
  if (waiting_for_ == 0) told({});
}

void cache_warmer_state::told(const warm_counts& by_shard) {
  warming_.count(by_shard);
  if (waiting_for_ > 0) --waiting_for_;
  if (!runs_ || waiting_for_ > 0) return;
  if (warming_.over(with_.time.now(self_))) return finish();
  read_on();
}

void cache_warmer_state::finish() {
  runs_ = false;
  auto why = warming_.problem();
  if (!why && !warming_.read_all() && warming_.counts() == warm_counts{}) {
    why = {errc::deadline_exceeded, "nothing came within cache.warm_time"};
  }
  with_.probe->warmed(warming_.counts());
  with_.over(warming_.counts(), why);
}

cache_warmer_state::handle::behavior_type cache_warmer_state::make_behavior() {
  return {
      [this](const cache_route& route) {
        if (route.shard < shards_.size()) shards_[route.shard] = route.actor;
        const auto known = [](const cache_shard_actor& one) { return static_cast<bool>(one); };
        if (std::ranges::all_of(shards_, known)) begin();
      },
      [this](warm_batch& batch) { take(std::move(batch)); },
      [this](tick_atom) {
        if (runs_) finish();
      },
  };
}

}  // namespace troupe
