#pragma once

#include <memory>

#include "actors/cache/cache_probe.hpp"
#include "actors/cache/result_cache.hpp"
#include "actors/shell/dependencies.hpp"
#include "messages/cache.hpp"

namespace troupe {

/// One shard of the result cache. Its entries live in `entries`, the supervisor's heir: a restarted
/// shard goes on with what its predecessor held.
class cache_shard_state {
 public:
  using handle = cache_shard_actor;
  static constexpr const char* name = "cache_shard";

  struct dependencies {
    std::shared_ptr<result_cache> entries;
    std::shared_ptr<cache_probe> probe;
    shell_time time;
  };

  cache_shard_state(handle::pointer self, dependencies with);
  ~cache_shard_state();
  cache_shard_state(const cache_shard_state&) = delete;
  cache_shard_state& operator=(const cache_shard_state&) = delete;

  handle::behavior_type make_behavior();

 private:
  handle::pointer self_;
  dependencies with_;
};

}  // namespace troupe
