#include "runtime/node/tree.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "actors/cache/cache_shard_actor.hpp"
#include "actors/cache/cache_warmer_actor.hpp"
#include "actors/cache/store_link_actor.hpp"
#include "actors/discovery/coordinator_actor.hpp"
#include "actors/pipeline/worker/stage_worker_actor.hpp"
#include "actors/resilience/circuit_breaker_actor.hpp"
#include "actors/shell/shell.hpp"
#include "runtime/node/near_cache.hpp"
#include "runtime/node/node_metrics.hpp"
#include "runtime/node/thread_priority.hpp"
#include "runtime/node/tree_parts.hpp"
#include "runtime/supervision/router.hpp"

namespace troupe {

namespace {

/// What outlives a breaker's actor.
struct breaker_memory {
  explicit breaker_memory(const circuit_breaker::options& limits) : rules(limits) {}

  circuit_breaker rules;
  circuit_breaker_state::holders out;
};

supervised_child breaker_child(const tree_parts& parts, stage which) {
  const std::string name(to_string(which));
  auto probe = std::make_shared<breaker_probe>(parts.measures->registry(), name);
  const auto& given = parts.settings.breaker;
  circuit_breaker::options rules;
  rules.window.calls = given.calls;
  rules.minimum_calls = given.minimum_calls;
  rules.failure_threshold = given.failure_threshold;
  rules.slow_threshold = given.slow_threshold;
  rules.slow_call = given.slow_call;
  rules.silent_calls = given.silent_calls;
  rules.open_time = given.open_time;
  rules.probes = given.probes;
  rules.adaptive = given.adaptive;
  const auto changed = [log = parts.log, name, which,
                        tell = parts.breaker_changed](const circuit_breaker::change& change) {
    if (tell) tell(which, change);
    log.warn("breaker_changed", {{"dependency", name},
                                 {"from", std::string(to_string(change.from))},
                                 {"to", std::string(to_string(change.to))},
                                 {"failure_rate", std::to_string(change.failure_rate)},
                                 {"slow_rate", std::to_string(change.slow_rate)}});
  };
  auto child = leaf(parts, name, [probe, rules, which, changed](spawn_context& context) {
    auto kept = context.heir.get<breaker_memory>(rules);
    using state = circuit_breaker_state;
    return spawn_worker<shell<state>>(
        context, placement::pool,
        state::dependencies{which, std::shared_ptr<circuit_breaker>(kept, &kept->rules),
                            std::shared_ptr<state::holders>(kept, &kept->out), probe, changed,
                            context.shared->time});
  });
  child.publish = [who = parts.who, which](const caf::actor& shown) {
    who->set(breaker_route{which, as<breaker_actor>(shown)});
  };
  return child;
}

// A breaker for calls of milliseconds: open soon, and probe soon.
store_pipeline::options store_limits(const cache_section& rules) {
  store_pipeline::options out;
  out.timeout = rules.redis_timeout;
  out.calls = rules.redis_pipeline;
  out.stuck_after = std::max<duration>(std::chrono::seconds(1), 4 * rules.redis_timeout);
  out.breaker.minimum_calls = 10;
  out.breaker.slow_call = rules.redis_timeout;
  out.breaker.open_time = std::chrono::milliseconds(500);
  out.breaker.probe_time = std::max<duration>(std::chrono::seconds(1), 2 * rules.redis_timeout);
  return out;
}

supervised_child store_child(const tree_parts& parts) {
  auto probe = std::make_shared<store_probe>(parts.measures->registry());
  auto child = leaf(parts, "store", [parts, probe](spawn_context& context) {
    store_link_state::dependencies with;
    with.connect = parts.connect_store;
    with.probe = probe;
    with.time = context.shared->time;
    with.log = parts.log;
    return spawn_worker<shell<store_link_state>>(context, placement::pool,
                                                 store_limits(parts.settings.cache), with);
  });
  child.publish = [who = parts.who](const caf::actor& shown) {
    who->set(store_route{as<cache_store_actor>(shown)});
  };
  return child;
}

supervised_child cache_child(const tree_parts& parts, std::uint32_t shard) {
  auto probe = std::make_shared<cache_probe>(parts.measures->registry());
  const auto& rules = parts.settings.cache;
  const result_cache::options limits{rules.bytes / rules.shards, rules.time_to_live, rules.jitter,
                                     std::max(rules.stale_while_revalidate, rules.stale_if_error),
                                     rules.negative_time};
  auto child =
      leaf(parts, "shard-" + std::to_string(shard + 1),
           [probe, limits, store_first = rules.tier == "redis",
            patience = 2 * rules.redis_timeout](spawn_context& context) {
             cache_shard_state::dependencies with{context.heir.get<result_cache>(limits), probe,
                                                  context.shared->time, context.seed};
             with.store_first = store_first;
             with.store_patience = patience;
             return spawn_worker<shell<cache_shard_state>>(context, placement::pool, with);
           });
  child.publish = [who = parts.who, shard](const caf::actor& shown) {
    who->set(cache_route{shard, as<cache_shard_actor>(shown)});
  };
  return child;
}

supervised_child warmer_child(const tree_parts& parts) {
  auto probe = std::make_shared<warm_probe>(parts.measures->registry());
  const auto& rules = parts.settings.cache;
  const warming::options limits{parts.model_version, rules.time_to_live, rules.bytes,
                                rules.warm_time};
  auto child = leaf(
      parts, "warmer",
      [parts, probe, limits](spawn_context& context) {
        return spawn_worker<shell<cache_warmer_state>>(
            context, placement::detached, limits,
            cache_warmer_state::dependencies{parts.warm_from, context.heir.get<bool>(false), probe,
                                             parts.settings.cache.shards, parts.warmed,
                                             context.shared->time});
      },
      placement::detached);
  child.publish = [who = parts.who](const caf::actor& shown) {
    who->set(as<cache_warmer_actor>(shown));
  };
  return child;
}

supervised_child worker_child(const tree_parts& parts, stage which, const std::string& id,
                              placement where) {
  auto probe = std::make_shared<stage_probe>(parts.measures->registry(),
                                             std::string(to_string(which)) + "/" + id);
  std::function<void()> on_own_thread;
  if (where == placement::detached) {
    on_own_thread = [priority = parts.settings.compute.priority] { set_thread_priority(priority); };
  }
  return leaf(
      parts, id,
      [parts, probe, on_own_thread, where](spawn_context& context) {
        return spawn_worker<shell<stage_worker_state>>(
            context, where,
            stage_worker_state::dependencies{parts.stages, probe, on_own_thread,
                                             context.shared->time});
      },
      where);
}

router_setup routing(const tree_parts& parts, const std::string& name) {
  router_setup out;
  out.rules.pool_cost = parts.settings.compute.pool_cost;
  out.rules.waiting_limit = parts.settings.compute.waiting_limit;
  out.rules.kills_limit = parts.settings.compute.kills_limit;
  out.rules.quarantine_time = parts.settings.compute.quarantine_time;
  const auto& retry = parts.settings.retry;
  out.rules.retries = {retry.share, retry.hedge_share, retry.reserve};
  out.rules.backoff = {retry.pause, retry.longest_pause, 0};
  out.probe = std::make_shared<router_probe>();
  define_router_metrics(*parts.measures, name, out.probe);
  out.poisoned = [log = parts.log](const dead_letter& letter) {
    log.warn("request_poisoned",
             {{"worker", letter.path},
              {"reason", letter.reason},
              {"deaths", std::to_string(letter.times)}},
             {letter.id, {}});
  };
  return out;
}

router_setup at(router_setup setup, const spawn_context& context) {
  setup.time = context.shared->time;
  setup.seed = context.seed;
  return setup;
}

supervised_child stage_child(const tree_parts& parts, stage which) {
  supervisor_plan workers{leaves(parts, strategy::one_for_one), {}, {"router"}};
  workers.children.push_back(worker_child(parts, which, "pool-1", placement::pool));
  for (std::uint32_t n = 1; n <= parts.settings.compute.workers_per_stage; ++n) {
    workers.children.push_back(
        worker_child(parts, which, "detached-" + std::to_string(n), placement::detached));
  }
  supervisor_plan plan{near_the_root(parts, strategy::rest_for_one), {}, {}};
  const auto setup = routing(parts, std::string(to_string(which)));
  auto router = leaf(parts, "router", [setup](spawn_context& context) {
    return as<caf::actor>(spawn_stage_router(context.system, at(setup, context)));
  });
  router.publish = [who = parts.who, which](const caf::actor& shown) {
    who->set(stage_route{which, as<stage_actor>(shown)});
  };
  plan.children.push_back(std::move(router));
  plan.children.push_back(supervisor_child("workers", std::move(workers)));
  return supervisor_child(std::string(to_string(which)), std::move(plan));
}

supervised_child coordinator_child(const tree_parts& parts, std::uint32_t number) {
  const auto id = "coordinator-" + std::to_string(number + 1);
  auto probe = std::make_shared<discovery_probe>(parts.measures->registry(), id);
  coordinator_state::options rules;
  rules.run.fuse_below = parts.settings.compute.pool_cost;
  rules.waiting_limit = parts.settings.discovery.waiting_limit;
  rules.model_version = parts.model_version;
  rules.stale_while_revalidate = parts.settings.cache.stale_while_revalidate;
  rules.stale_if_error = parts.settings.cache.stale_if_error;
  const auto& admitting = parts.settings.admission;
  rules.admit.limit.initial = rules.admit.limit.min = admitting.least;
  rules.admit.limit.max = std::max(admitting.least, admitting.most);
  rules.admit.waiting = admitting.waiting;
  rules.admit.target = admitting.target;
  rules.admit.interval = admitting.interval;
  rules.bulk.concurrent = parts.settings.bulkhead.concurrent;
  rules.bulk.waiting = parts.settings.bulkhead.waiting;
  rules.silence = parts.settings.breaker.slow_call;
  rules.late_time = parts.settings.cache.late_time;
  const auto shards = parts.settings.cache.enabled ? parts.settings.cache.shards : 0;
  auto child = leaf(
      parts, id,
      [probe, rules, shards](spawn_context& context) {
        coordinator_state::dependencies with;
        with.known.shards.resize(shards);  // all routes come by message
        with.costs = context.heir.get<cost_model>();
        with.probe = probe;
        with.time = context.shared->time;
        return spawn_worker<shell<coordinator_state>>(context, placement::pool, rules, with);
      },
      placement::pool);
  child.publish = [who = parts.who, number](const caf::actor& shown) {
    who->set_coordinator(number, as<coordinator_actor>(shown));
  };
  return child;
}

/// What the entrance has counted, and outlives it: who has spent its rate has, whoever counts.
struct load_counts {
  explicit load_counts(const std::optional<rate_limiter::options>& limits)
      : rates(limits ? std::make_shared<rate_limiter>(*limits) : nullptr) {}

  std::shared_ptr<rate_limiter> rates;
  std::shared_ptr<overload_gate> load = std::make_shared<overload_gate>(overload_gate::options{});
};

// Nothing: nobody is limited.
std::optional<rate_limiter::options> rates_of(const tree_parts& parts) {
  const auto& given = parts.settings.rate_limit;
  if (given.per_client == 0 && given.total == 0) return std::nullopt;
  constexpr std::uint32_t unlimited = 1'000'000'000;
  const auto rate = [](std::uint32_t per_second, std::uint32_t burst) {
    return token_rate{per_second > 0 ? per_second : unlimited, std::chrono::seconds(1),
                      per_second > 0 ? burst : unlimited};
  };
  return rate_limiter::options{rate(given.per_client, given.client_burst),
                               rate(given.total, given.total_burst), given.clients};
}

supervised_child gateway_child(const tree_parts& parts) {
  supervisor_plan coordinators{leaves(parts, strategy::one_for_one), {}, {"router"}};
  for (std::uint32_t n = 0; n < parts.settings.discovery.coordinators; ++n) {
    coordinators.children.push_back(coordinator_child(parts, n));
  }
  supervisor_plan plan{near_the_root(parts, strategy::rest_for_one), {}, {}};
  auto setup = routing(parts, "gateway");
  setup.rules.waiting_limit = parts.settings.discovery.waiting_limit;
  setup.rules.pool_depth = parts.settings.discovery.waiting_limit;  // the coordinator bounds itself
  const auto& cache = parts.settings.cache;
  const bool near = cache.enabled && cache.near_bytes > 0;
  auto router = leaf(
      parts, "router",
      [setup, near, limits = result_cache::options{cache.near_bytes, cache.time_to_live},
       version = parts.model_version, told = parts.who->invalidations()](spawn_context& context) {
        auto known = near ? context.heir.get<near_cache>(limits, version, told) : nullptr;
        return as<caf::actor>(
            spawn_coordinator_router(context.system, at(setup, context), std::move(known)));
      });
  router.publish = [who = parts.who](const caf::actor& shown) {
    who->set(as<entrance_state::gateway>(shown));
  };
  plan.children.push_back(std::move(router));
  plan.children.push_back(supervisor_child("coordinators", std::move(coordinators)));
  const auto overloaded = [is = parts.overloaded, tell = parts.load_changed](bool now) {
    is->store(now);
    if (tell) tell(now);
  };
  auto entrance =
      leaf(parts, "entrance",
           [overloaded, rates = rates_of(parts), front = parts.front](spawn_context& context) {
             auto counted = context.heir.get<load_counts>(rates);
             return spawn_worker<shell<entrance_state>>(
                 context, placement::pool,
                 entrance_state::dependencies{
                     as<entrance_state::gateway>(context.sibling("router")), counted->rates,
                     counted->load, overloaded, front, context.shared->time});
           });
  entrance.publish = [who = parts.who](const caf::actor& shown) {
    who->set(as<entrance_actor>(shown));
  };
  plan.children.push_back(std::move(entrance));
  return supervisor_child("gateway", std::move(plan));
}

}  // namespace

supervisor_plan make_tree(const tree_parts& parts) {
  supervisor_plan root{near_the_root(parts, strategy::rest_for_one), {}, {}};
  root.children.push_back(sla_part(parts));
  if (parts.settings.cache.enabled) {
    supervisor_plan cache{leaves(parts, strategy::one_for_one), {}, {}};
    if (parts.connect_store) cache.children.push_back(store_child(parts));
    for (std::uint32_t shard = 0; shard < parts.settings.cache.shards; ++shard) {
      cache.children.push_back(cache_child(parts, shard));
    }
    if (parts.warm_from) cache.children.push_back(warmer_child(parts));
    root.children.push_back(supervisor_child("cache", std::move(cache)));
  }
  if (parts.settings.breaker.enabled) {
    supervisor_plan resilience{leaves(parts, strategy::one_for_one), {}, {}};
    for (const auto which : all_stages) {
      resilience.children.push_back(breaker_child(parts, which));
    }
    root.children.push_back(supervisor_child("resilience", std::move(resilience)));
  }
  supervisor_plan compute{near_the_root(parts, strategy::one_for_one), {}, {}};
  for (const auto which : all_stages) compute.children.push_back(stage_child(parts, which));
  root.children.push_back(supervisor_child("compute", std::move(compute)));
  root.children.push_back(gateway_child(parts));
  return root;
}

}  // namespace troupe
