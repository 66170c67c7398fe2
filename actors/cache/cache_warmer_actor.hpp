#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "actors/cache/warm_probe.hpp"
#include "actors/cache/warming.hpp"
#include "actors/shell/dependencies.hpp"
#include "messages/cache_warmer.hpp"

namespace troupe {

/// Fills the shards with what was saved or what another node holds, once in a node's life: a
/// restarted one leaves it at what its predecessor did. Detached, because reading a file or another
/// node's answer blocks; each read for a bounded time, so that a stop need not wait long.
class cache_warmer_state {
 public:
  using handle = cache_warmer_actor;
  static constexpr const char* name = "cache_warmer";

  struct dependencies {
    warm_source source;
    std::shared_ptr<bool> begun;  // the supervisor's heir
    std::shared_ptr<warm_probe> probe;
    std::size_t shards = 1;
    // Told once: what became of all, and what went wrong first.
    std::function<void(const warm_counts&, const failure&)> over;
    shell_time time;
  };

  cache_warmer_state(handle::pointer self, warming::options limits, dependencies with);

  handle::behavior_type make_behavior();

 private:
  void begin();
  void read_on();
  void take(warm_batch batch);
  void told(const warm_counts& by_shard);
  void finish();

  handle::pointer self_;
  dependencies with_;
  warming warming_;
  std::vector<cache_shard_actor> shards_;
  std::size_t waiting_for_ = 0;  // shards that have not answered
  bool runs_ = false;
};

}  // namespace troupe
