// What a simulated node's cache begins with, and whether answers tell their age.

#include <memory>
#include <utility>

#include "chaos/simulator/simulated_world.hpp"

namespace troupe::chaos {

namespace {

/// Asks these shards for what they hold, and tells it whole; without those that do not answer
/// within `patience`.
void bring_entries(caf::actor_system& system, const std::vector<cache_shard_actor>& shards,
                   duration patience, const std::function<void(warm_batch)>& tell) {
  struct gathered {
    warm_batch all;
    std::size_t waiting = 0;
  };
  if (shards.empty()) return tell({});
  system.spawn([=](caf::event_based_actor* self) {
    const auto so_far = std::make_shared<gathered>();
    so_far->waiting = shards.size();
    const auto told = [so_far, tell] {
      if (--so_far->waiting == 0) tell(std::move(so_far->all));
    };
    for (const auto& shard : shards) {
      self->request(shard, patience, cache_sample{0, 4096})
          .then(
              [so_far, told](const cache_sampled& got) {
                for (const auto& [rank, entry] : got.entries) so_far->all.entries.push_back(entry);
                told();
              },
              [told](const caf::error&) { told(); });
    }
  });
}

}  // namespace

void simulated_world::warm_from_peer(std::uint32_t number,
                                     const std::function<void(warm_batch)>& tell) {
  for (std::uint32_t step = 1; step < with_.nodes; ++step) {
    const auto& peer = nodes_.at((number - 1 + step) % with_.nodes + 1);
    if (!peer.is_up) continue;
    return bring_entries(sim_.system(), peer.who->shards(), with_.settings.cache.warm_time, tell);
  }
  tell({});
}

// What is told of an answer's age counts from when it was kept, which is after it was computed:
// by the time of its last stage and of messages on their way.
void simulated_world::check_age(const discovery_request& request, const discovery_outcome& outcome,
                                time_point asked) {
  constexpr duration on_its_way = std::chrono::seconds(2);
  const auto* got = std::get_if<discovery_result_ptr>(&outcome);
  if (got == nullptr || !(*got)->from_cache || !clocks_agree_) return;
  const auto computed = computed_.find(request.input.get());
  if (computed == computed_.end()) return;
  if ((*got)->age + on_its_way < asked - computed->second) ++told().answers_too_young;
}

}  // namespace troupe::chaos
