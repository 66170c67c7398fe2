#pragma once

#include <deque>
#include <memory>
#include <random>
#include <unordered_map>

#include "actors/cache/cache_probe.hpp"
#include "actors/cache/result_cache.hpp"
#include "actors/cache/result_codec.hpp"
#include "actors/cache/single_flight.hpp"
#include "actors/shell/dependencies.hpp"
#include "actors/shell/open_requests.hpp"
#include "messages/cache.hpp"

namespace troupe {

/// One shard of the result cache. Its entries live in `entries`, the supervisor's heir: a restarted
/// shard goes on with what its predecessor held. Behind them, or in their place, may stand a store
/// that is shared between nodes; while that fails, the entries serve alone. Who waits for another's
/// answer is in `open_`; with the shard's end they hear that nobody serves them, and compute.
class cache_shard_state {
 public:
  using handle = cache_shard_actor;
  static constexpr const char* name = "cache_shard";

  struct dependencies {
    std::shared_ptr<result_cache> entries;
    std::shared_ptr<cache_probe> probe;
    shell_time time;
    std::uint64_t seed = 1;
    single_flight::options flight = {};
    bool store_first = false;                                 // entries only stand in for the store
    duration store_patience = std::chrono::milliseconds(10);  // then who asked it computes
  };

  cache_shard_state(handle::pointer self, dependencies with);
  ~cache_shard_state();
  cache_shard_state(const cache_shard_state&) = delete;
  cache_shard_state& operator=(const cache_shard_state&) = delete;

  handle::behavior_type make_behavior();

 private:
  using promise = caf::typed_response_promise<cache_answer>;

  caf::result<cache_answer> look_up(const cache_lookup& asked);
  caf::result<cache_answer> missed(const cache_lookup& asked, time_point now);
  /// Asks the store on behalf of who leads.
  void fetch(const cache_lookup& asked, std::uint64_t who, std::uint64_t ticket, time_point now);
  [[nodiscard]] cache_answer accept(const cache_lookup& asked, const store_value& got,
                                    time_point now);
  void fetched(const cache_lookup& asked, std::uint64_t who, const store_value* got);
  void lead(std::uint64_t who, std::uint64_t ticket);
  void keep(const cache_insert& insert);
  [[nodiscard]] cache_sampled sample(const cache_sample& asked);
  [[nodiscard]] warm_counts warm(const cache_warm& with);
  void tell_followers(const content_hash& key, const cache_answer& what);
  [[nodiscard]] double draw();
  void promote(const std::optional<single_flight::successor>& next);
  void answer(std::uint64_t who, cache_answer what);
  void tick();
  void arm(time_point now);

  handle::pointer self_;
  dependencies with_;
  std::mt19937_64 random_;
  single_flight flights_;
  open_requests<promise> open_;  // by when they compute themselves
  std::unordered_map<std::uint64_t, content_hash> follows_;
  std::unordered_map<std::uint64_t, std::uint64_t> fetching_;  // tickets, by who leads
  std::deque<std::pair<time_point, std::uint64_t>> fetch_ends_;
  std::unordered_map<std::uint64_t, result_cache::known> last_;  // for who gets nothing better
  cache_store_actor store_;                                      // none: memory alone
  time_point armed_for_ = time_point::max();
  time_point last_flush_;
};

}  // namespace troupe
