#include "runtime/node/tree.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "actors/cache/cache_shard_actor.hpp"
#include "actors/discovery/coordinator_actor.hpp"
#include "actors/pipeline/worker/stage_worker_actor.hpp"
#include "actors/shell/shell.hpp"
#include "actors/sla/metric_sampler_actor.hpp"
#include "actors/sla/objective_monitor_actor.hpp"
#include "actors/sla/sla_monitor_actor.hpp"
#include "runtime/node/near_cache.hpp"
#include "runtime/node/node_metrics.hpp"
#include "runtime/node/thread_priority.hpp"
#include "runtime/supervision/router.hpp"
#include "runtime/telemetry/metric_reader.hpp"

namespace troupe {

namespace {

using supervision::spawn_context;
using supervision::spawn_worker;
using supervision::strategy;
using supervision::supervised_child;
using supervision::supervisor_child;
using supervision::supervisor_plan;
using supervision::supervisor_spec;

template <class Handle, class Any>
Handle as(const Any& any) {
  return caf::actor_cast<Handle>(any);
}

supervisor_spec leaves(const tree_parts& parts, strategy how) {
  const auto& rules = parts.settings.supervision;
  return {how, rules.max_restarts, rules.period, {}};
}

supervisor_spec near_the_root(const tree_parts& parts, strategy how) {
  const auto& rules = parts.settings.supervision;
  return {how, rules.root_max_restarts, rules.period, {}};
}

supervised_child leaf(const tree_parts& parts, std::string id, supervision::spawn_function spawn,
                      placement where = placement::none) {
  const auto& rules = parts.settings.supervision;
  supervised_child child;
  child.spec.id = std::move(id);
  child.spec.shutdown_time = rules.shutdown_time;
  child.spec.pause.base = rules.backoff_base;
  child.spec.pause.max = rules.backoff_max;
  child.spawn = std::move(spawn);
  child.where = where;
  return child;
}

supervised_child sla_child(const tree_parts& parts) {
  auto probe = std::make_shared<sla_probe>(parts.measures->registry());
  const compliance_window::options rules{parts.settings.sla.window, 60,
                                         parts.settings.sla.objective};
  auto child = leaf(parts, "deadlines", [parts, probe, rules](spawn_context& context) {
    auto window = context.heir.get<compliance_window>(rules);
    auto changed = [met = parts.objective_met](const compliance_window::reading& now) {
      met->store(now.met);
    };
    return spawn_worker<shell<sla_monitor_state>>(
        context, placement::pool,
        sla_monitor_state::dependencies{std::move(window), probe, changed, context.shared->time});
  });
  child.publish = [who = parts.who](const caf::actor& shown) {
    who->set(sla_route{as<sla_monitor_actor>(shown)});
  };
  return child;
}

supervised_child sampler_child(const tree_parts& parts) {
  auto child = leaf(parts, "sampler", [parts](spawn_context& context) {
    auto read = [reader = std::make_shared<metric_reader>(parts.measures)](const objective& what) {
      return reader->read(what);
    };
    return spawn_worker<shell<metric_sampler_state>>(
        context, placement::detached, parts.settings.objectives, read, context.shared->time);
  });
  child.publish = [who = parts.who](const caf::actor& shown) {
    who->set(as<metric_sampler_actor>(shown));
  };
  return child;
}

void log_change(const logger& log, const objective_status& now) {
  const std::array<log_field, 4> fields{log_field{"objective", now.what.name},
                                        log_field{"state", std::string(to_string(now.state))},
                                        log_field{"silent", now.silent ? "yes" : "no"},
                                        log_field{"budget_spent", std::to_string(now.spent)}};
  const bool good = now.state == objective_state::ok && !now.silent;
  log.say(good ? log_level::info : log_level::warn, "objective_changed", fields, {});
}

supervised_child objective_child(const tree_parts& parts, std::uint32_t number) {
  const auto& what = parts.settings.objectives[number];
  auto probe = std::make_shared<objective_probe>(parts.measures->registry(), what.name);
  auto child =
      leaf(parts, "objective-" + what.name, [parts, probe, what, number](spawn_context& context) {
        objective_monitor_state::dependencies with;
        with.monitor = context.heir.get<objective_monitor>(what);
        with.probe = probe;
        with.changed = [log = parts.log](const objective_status& now) { log_change(log, now); };
        if (parts.objectives) {
          with.publish = [board = parts.objectives, number](objective_status_ptr now) {
            board->set(number, std::move(now));
          };
        }
        with.time = context.shared->time;
        return spawn_worker<shell<objective_monitor_state>>(context, placement::pool,
                                                            std::move(with));
      });
  child.publish = [who = parts.who, number](const caf::actor& shown) {
    who->set(objective_route{number, as<objective_monitor_actor>(shown)});
  };
  return child;
}

supervised_child sla_part(const tree_parts& parts) {
  supervisor_plan plan{leaves(parts, strategy::one_for_one), {sla_child(parts)}, {}};
  const auto objectives = static_cast<std::uint32_t>(parts.settings.objectives.size());
  if (objectives > 0) plan.children.push_back(sampler_child(parts));
  for (std::uint32_t number = 0; number < objectives; ++number) {
    plan.children.push_back(objective_child(parts, number));
  }
  return supervisor_child("sla", std::move(plan));
}

supervised_child cache_child(const tree_parts& parts, std::uint32_t shard) {
  auto probe = std::make_shared<cache_probe>(parts.measures->registry());
  const auto& rules = parts.settings.cache;
  const result_cache::options limits{rules.bytes / rules.shards, rules.time_to_live};
  auto child =
      leaf(parts, "shard-" + std::to_string(shard + 1), [probe, limits](spawn_context& context) {
        auto entries = context.heir.get<result_cache>(limits);
        return spawn_worker<shell<cache_shard_state>>(
            context, placement::pool,
            cache_shard_state::dependencies{std::move(entries), probe, context.shared->time});
      });
  child.publish = [who = parts.who, shard](const caf::actor& shown) {
    who->set(cache_route{shard, as<cache_shard_actor>(shown)});
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
  const auto& admitting = parts.settings.admission;
  rules.admit.limit.initial = rules.admit.limit.min = admitting.least;
  rules.admit.limit.max = std::max(admitting.least, admitting.most);
  rules.admit.waiting = admitting.waiting;
  rules.admit.target = admitting.target;
  rules.admit.interval = admitting.interval;
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
  auto router =
      leaf(parts, "router",
           [setup, near, limits = result_cache::options{cache.near_bytes, cache.time_to_live},
            version = parts.model_version](spawn_context& context) {
             auto known = near ? context.heir.get<near_cache>(limits, version) : nullptr;
             return as<caf::actor>(
                 spawn_coordinator_router(context.system, at(setup, context), std::move(known)));
           });
  router.publish = [who = parts.who](const caf::actor& shown) {
    who->set(as<entrance_state::gateway>(shown));
  };
  plan.children.push_back(std::move(router));
  plan.children.push_back(supervisor_child("coordinators", std::move(coordinators)));
  auto entrance = leaf(parts, "entrance", [](spawn_context& context) {
    return spawn_worker<shell<entrance_state>>(
        context, placement::pool, as<entrance_state::gateway>(context.sibling("router")),
        context.shared->time);
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
    for (std::uint32_t shard = 0; shard < parts.settings.cache.shards; ++shard) {
      cache.children.push_back(cache_child(parts, shard));
    }
    root.children.push_back(supervisor_child("cache", std::move(cache)));
  }
  supervisor_plan compute{near_the_root(parts, strategy::one_for_one), {}, {}};
  for (const auto which : all_stages) compute.children.push_back(stage_child(parts, which));
  root.children.push_back(supervisor_child("compute", std::move(compute)));
  root.children.push_back(gateway_child(parts));
  return root;
}

}  // namespace troupe
