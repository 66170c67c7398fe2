#include "actors/cache/cache_shard_actor.hpp"

#include <utility>

namespace troupe {

namespace {
constexpr auto flush_period =
    std::chrono::milliseconds(100);  // metrics are read each second at most
}

cache_shard_state::cache_shard_state(handle::pointer self, dependencies with)
    : self_(self), with_(std::move(with)) {}

cache_shard_state::~cache_shard_state() { with_.probe->update(with_.entries->count()); }

cache_shard_state::handle::behavior_type cache_shard_state::make_behavior() {
  with_.time.after(self_, flush_period, tick_atom::value);
  return {
      [this](const cache_lookup& lookup) {
        return with_.entries->find(lookup.key, with_.time.now(self_));
      },
      [this](const cache_insert& insert) {
        with_.entries->insert(insert.key, insert.result, weight_of(*insert.result),
                              with_.time.now(self_));
      },
      [this](tick_atom) {
        with_.probe->update(with_.entries->count());
        with_.time.after(self_, flush_period, tick_atom::value);
      },
  };
}

}  // namespace troupe
