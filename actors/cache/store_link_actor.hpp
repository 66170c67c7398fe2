#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "actors/cache/store_pipeline.hpp"
#include "actors/cache/store_probe.hpp"
#include "actors/shell/dependencies.hpp"
#include "actors/shell/open_requests.hpp"
#include "messages/cache_store.hpp"
#include "messages/log.hpp"
#include "messages/store_io.hpp"

namespace troupe {

/// The one actor of a node that talks to the shared store. Every get is answered within the
/// pipeline's timeout: by the store, or by an error that says why not. Puts and forgets that cannot
/// go are lost and counted: the store is a cache.
class store_link_state {
 public:
  using handle = cache_store_actor;
  static constexpr const char* name = "store_link";

  struct dependencies {
    store_io_maker connect;
    std::shared_ptr<store_probe> probe;
    shell_time time;
    logger log;
    std::uint64_t value_limit_bytes = 1ULL << 20U;
  };

  store_link_state(handle::pointer self, store_pipeline::options limits, dependencies with);
  ~store_link_state();
  store_link_state(const store_link_state&) = delete;
  store_link_state& operator=(const store_link_state&) = delete;

  handle::behavior_type make_behavior();

 private:
  using promise = caf::typed_response_promise<store_value>;

  caf::result<store_value> get(const store_get& asked);
  void put(const store_put& what);
  void take(const store_reply& reply);
  void fail(std::uint64_t call, errc code, const char* why);
  void tick();
  void arm(time_point now);

  handle::pointer self_;
  dependencies with_;
  store_pipeline pipeline_;
  std::unique_ptr<store_io> io_;
  open_requests<promise> open_;
  std::unordered_map<std::uint64_t, std::uint64_t> asked_;  // by call: the key in open_
  std::string last_problem_;
  time_point armed_for_;
};

}  // namespace troupe
