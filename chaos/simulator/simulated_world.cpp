#include "chaos/simulator/simulated_world.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "actors/shell/shell.hpp"
#include "chaos/simulator/links.hpp"
#include "chaos/world/job_counts.hpp"
#include "runtime/node/tree.hpp"

namespace troupe::chaos {

namespace {

constexpr duration start_delay = std::chrono::milliseconds(50);  // of a process, before its tree
constexpr duration stop_patience = std::chrono::seconds(60);

}  // namespace

simulated_world::simulated_world(world_options with)
    : world(with.seed, with.nodes),
      with_(std::move(with)),
      sim_(with_.seed),
      store_(std::make_shared<modelled_store>(sim_)),
      costs_(with_.seed, "costs"),
      network_(with_.seed, "network") {
  if (with_.costs == nullptr) with_.costs = &cost_table::built_in();
  for (std::uint32_t number = 1; number <= with_.nodes; ++number) {
    auto& node = nodes_[number];
    node.number = number;
    node.clock = std::make_shared<node_clock>(sim_);
    node.disk = std::make_shared<modelled_disk>(sim_, with_.settings.log.waiting_lines);
  }
}

simulated_world::~simulated_world() {
  switch_all_off();
  for (auto& [number, node] : nodes_) {
    sim_.resume(number);
    node.stopping = true;
    if (node.root) caf::anon_send_exit(node.root, caf::exit_reason::kill);
    if (node.door) shut_door(node);
    if (node.client) caf::anon_send_exit(node.client, caf::exit_reason::kill);
    if (node.who) node.who->clear();
    node.root = nullptr;
    node.client = nullptr;
  }
  // Nobody but a leak is left here; what it holds refers to this world, and CAF waits for all.
  for (const auto& [name, one] : actors_) leaked_.push_back(one.actor);
  for (const auto& one : leaked_) {
    if (const auto actor = caf::actor_cast<caf::actor>(one)) {
      caf::anon_send_exit(actor, caf::exit_reason::kill);
    }
  }
  sim_.settle();
}

void simulated_world::start() {
  for (auto& [number, node] : nodes_) start_node(number);
  sim_.run_until(sim_.now() + start_delay);
}

void simulated_world::stop() {
  for (auto& [number, node] : nodes_) stop_node(number, false);
  run_until(now() + stop_patience);
}

void simulated_world::start_node(std::uint32_t number) {
  auto& node = nodes_.at(number);
  if (node.root) return;
  ++node.start;
  std::erase_if(open_breakers_, [&](const auto& one) { return one.first.first == number; });
  node.stopping = false;
  node.start_again.reset();
  node.leaked = 0;
  const auto& cache = with_.settings.cache;
  node.who = std::make_shared<directory>(all_stages.size(), cache.enabled ? cache.shards : 0);
  node.measures = std::make_shared<metrics>();
  node.objective_met = std::make_shared<std::atomic<bool>>(true);
  node.overloaded = std::make_shared<std::atomic<bool>>(false);
  tree_parts parts{with_.settings,
                   std::make_shared<const stage_table>(stages_of(number)),
                   1,
                   node.measures,
                   node.who,
                   node.objective_met,
                   node.overloaded,
                   logger(node.disk)};
  parts.breaker_changed = [this, number](stage which, const circuit_breaker::change& change) {
    breaker_changed(number, which, change);
  };
  parts.load_changed = [this, number](bool overloaded) {
    tell_of(event_record::kind::load, number, "gateway/entrance",
            overloaded ? "overloaded" : "at ease");
  };
  if (cache.tier != "memory") parts.connect_store = [store = store_] { return store->link(); };
  if (!cache.warm_from.empty()) {
    parts.warm_from = [this, number](const std::function<void(warm_batch)>& tell) {
      warm_from_peer(number, tell);
    };
    parts.warmed = [this, number](const warm_counts& counts, const failure&) {
      tell_of(event_record::kind::warmed, number, "cache/warmer", "",
              counts.of(warm_outcome::kept));
    };
  }
  supervision::environment shared;
  shared.seed = supervision::seed_for(with_.seed, "node " + std::to_string(number));
  shared.time.clock = node.clock;
  shared.one_thread = true;
  shared.decorate = [this, number](const std::string& path, const caf::actor& spawned) {
    return decorate(number, path, spawned);
  };
  shared.log = [this, number, start = node.start](const supervision::lifecycle_event& event) {
    write(number, start, event);
  };
  auto& system = sim_.system();
  node.root = supervision::spawn_root(system, make_tree(parts), shared);
  sim_.belongs(node.root.id(), number);
  node.door = system.spawn<shell<peer_door_state>>(node.who, shared.time);
  open_door(node);
  node.client = system.spawn<shell<peer_client_state>>(shared.time);
  sim_.belongs(node.client.id(), number);
  node.root->attach_functor([this, number, start = node.start](const caf::error& reason) {
    node_ended(number, start, reason);
  });
  sim_.after(start_delay, [this, number, start = node.start] {
    auto& now = nodes_.at(number);
    if (now.start != start || !now.root || now.stopping) return;
    now.is_up = true;
    record({event_record::kind::node_up, sim_.now(), number, "", "", start, true, 0, {}});
  });
}

// The root is gone: given up, stopped or killed. What stands beside the tree goes with it.
void simulated_world::node_ended(std::uint32_t number, std::uint64_t start,
                                 const caf::error& reason) {
  auto& node = nodes_.at(number);
  if (node.start != start) return;
  node.is_up = false;
  const bool asked = node.stopping;
  record({event_record::kind::node_down,
          sim_.now(),
          number,
          "",
          to_failure(reason).what,
          start,
          asked,
          0,
          {}});
  sim_.after(duration{0}, [this, number, start, asked] {
    auto& now = nodes_.at(number);
    if (now.start != start) return;
    now.root = nullptr;
    now.who->clear();
    shut_door(now);
    caf::anon_send_exit(now.client, caf::exit_reason::kill);
    now.client = nullptr;
    if (!asked || now.start_again) {
      start_later(number, now.start_again.value_or(with_.restart_node_after));
    }
  });
}

void simulated_world::start_later(std::uint32_t number, duration delay) {
  sim_.after(delay, [this, number] { start_node(number); });
}

void simulated_world::stop_node(std::uint32_t number, bool start_again) {
  auto& node = nodes_.at(number);
  if (!node.root || node.stopping) return;
  if (start_again) node.start_again = with_.restart_node_after;
  node.stopping = true;
  node.is_up = false;
  if (const auto entrance = node.who->entrance()) caf::anon_send(entrance, close_atom::value);
  caf::anon_send_exit(node.root, caf::exit_reason::user_shutdown);
}

bool simulated_world::crash_node(std::uint32_t number, duration down) {
  auto& node = nodes_.at(number);
  if (!node.root || node.stopping) return false;
  node.stopping = true;  // its end is expected
  node.is_up = false;
  node.start_again = down;
  caf::anon_send_exit(node.root, caf::exit_reason::kill);
  return true;
}

namespace {

// "compute/grammar/workers/pool-1" is a worker of "grammar".
std::string stage_of(const std::string& path) {
  const auto begin = path.find('/') + 1;
  return path.substr(begin, path.find('/', begin) - begin);
}

}  // namespace

caf::actor simulated_world::decorate(std::uint32_t node, const std::string& path,
                                     const caf::actor& spawned) {
  sim_.belongs(spawned.id(), node);
  place where{node, path, kind_of(path)};
  const auto name = where.text();
  if (disturbed() && spoils_start(where)) throw std::runtime_error("injected crash");
  std::shared_ptr<compute_gate> gate;
  if (where.kind == actor_kind::worker) {
    gate = std::make_shared<compute_gate>(sim_, caf::actor_cast<caf::strong_actor_ptr>(spawned));
    gate->computed_after = [this, node, path](time_point deadline) {
      // The handler began when its clock showed this, less what it has computed since.
      const auto began = nodes_.at(node).clock->at(sim_.now()) - sim_.computed();
      if (began >= deadline) ++told().work_past_deadline;
      // Who came before the breaker opened may still begin, as long as a request lives at most:
      // one that only makes a late answer whole does for `cache.late_time`.
      const auto opened = open_breakers_.find({node, stage_of(path)});
      if (opened == open_breakers_.end()) return;
      const auto& rules = with_.settings;
      if (sim_.now() - sim_.computed() > opened->second + rules.breaker.open_time / 2 &&
          deadline > nodes_.at(node).clock->at(opened->second) + rules.cache.late_time) {
        ++told().work_behind_open_breaker;
      }
    };
  }
  auto& living_there = actors_[name];
  if (caf::actor_cast<caf::actor>(living_there.actor)) leaked_.push_back(living_there.actor);
  living_there = {where, caf::actor_cast<caf::actor_addr>(spawned), gate};
  if (where.kind == actor_kind::supervisor) return spawned;
  return interpose(sim_.system(), spawned,
                   std::make_shared<edge>(*this, std::move(where), std::move(gate)));
}

void simulated_world::breaker_changed(std::uint32_t node, stage which,
                                      const circuit_breaker::change& change) {
  const std::pair key{node, std::string(to_string(which))};
  open_breakers_.erase(key);
  if (change.to == breaker_state::open) {
    open_breakers_[key] = sim_.now();
  }
  tell_of(event_record::kind::breaker, node, "resilience/" + key.second,
          std::string(to_string(change.to)));
}

double simulated_world::extra_attempts() {
  double most = 0;
  const auto& budget = with_.settings.retry;
  const auto& asked = told().requests;
  if (asked.empty()) return most;
  const auto seconds =
      std::chrono::duration<double>(asked.back().deadline - asked.front().intended).count();
  for (const auto& [number, node] : nodes_) {
    if (!node.is_up) continue;
    struct attempts {
      double first = 0;
      double retries = 0;
      double hedges = 0;
    };
    std::map<std::string, attempts> by_router;
    const auto add_up = [&](const char* name, double attempts::*to) {
      node.measures->read(name, [&](const auto& labels, double value) {
        const auto found =
            std::ranges::find(labels, "router", &prometheus::ClientMetric::Label::name);
        by_router[found == labels.end() ? std::string{} : found->value].*to += value;
      });
    };
    add_up("troupe_router_jobs_total", &attempts::first);
    add_up("troupe_router_retries_total", &attempts::retries);
    add_up("troupe_router_hedges_total", &attempts::hedges);
    for (const auto& [router, made] : by_router) {
      const auto allowed = std::max(budget.share * made.first, budget.reserve * (seconds / 10 + 1));
      most = std::max({most, made.retries + made.hedges - allowed,
                       made.hedges - budget.hedge_share * made.first});
    }
  }
  return most;
}

double simulated_world::probes_lost() {
  double sum = 0;
  for (const auto& [number, node] : nodes_) {
    if (!node.is_up) continue;
    for (const auto& family : node.measures->collect()) {
      if (family.name != "troupe_breaker_probes_lost_total") continue;
      for (const auto& one : family.metric) sum += one.counter.value;
    }
  }
  return sum;
}

void simulated_world::write(std::uint32_t node, std::uint64_t start,
                            const supervision::lifecycle_event& event) {
  using in = supervision::lifecycle_event::kind;
  using out = event_record::kind;
  const bool orderly = !event.why || event.why.code == errc::stopping;
  out what = out::started;
  switch (event.what) {
    case in::started: what = out::started; break;
    case in::start_failed: what = out::start_failed; break;
    case in::ended: what = out::ended; break;
    case in::gave_up: what = out::gave_up; break;
    case in::stopped: return;
  }
  logger(nodes_.at(node).disk).info(to_string(event.what), {{"path", event.path}});
  sim_.note(supervision::seed_for(event.life.value, event.path));
  record({what, sim_.now(), node, event.path, event.why.what, event.life.value, orderly,
          event.killer.value, nodes_.at(node).clock->at(sim_.now()), start});
}

world::open_jobs simulated_world::count_jobs() {
  open_jobs out;
  for (const auto& [number, node] : nodes_) {
    if (node.is_up) chaos::count_jobs(*node.measures, out);
  }
  return out;
}

bool simulated_world::kill(const place& where) {
  const auto found = actors_.find(where.text());
  if (found == actors_.end()) return false;
  const auto actor = caf::actor_cast<caf::actor>(found->second.actor);
  if (!actor) return false;
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  return true;
}

bool simulated_world::hang(const place& worker, bool on) {
  const auto found = actors_.find(worker.text());
  if (found == actors_.end() || !found->second.gate) return false;
  found->second.gate->hang(on);
  return true;
}

void simulated_world::end_hangs() {
  for (auto& [name, one] : actors_) {
    if (one.gate) one.gate->hang(false);
  }
}

std::vector<place> simulated_world::places() const {
  std::vector<place> out;
  for (const auto& [number, node] : nodes_) {
    if (node.root) out.push_back({number, "", actor_kind::supervisor});
    for (const auto& [other, unused] : nodes_) {
      if (other != number)
        out.push_back({number, "link/to-n" + std::to_string(other), actor_kind::link});
    }
  }
  for (const auto& [name, one] : actors_) {
    if (caf::actor_cast<caf::actor>(one.actor)) out.push_back(one.where);
  }
  return out;
}

// ---- requests

void simulated_world::open_door(node_state& node) {
  sim_.belongs(node.door.id(), node.number);
  for (const auto& [from, unused] : nodes_) {
    if (from == node.number) continue;
    node.linked[from] = caf::actor_cast<peer_door_actor>(
        interpose(sim_.system(), caf::actor_cast<caf::actor>(node.door),
                  std::make_shared<link>(*this, from, node.number)));
  }
}

void simulated_world::shut_door(node_state& node) {
  caf::anon_send_exit(node.door, caf::exit_reason::kill);
  node.linked.clear();
  node.door = nullptr;
}

void simulated_world::ask(std::uint32_t number, std::uint32_t served_by, discovery_request request,
                          answer_call done) {
  auto& node = nodes_.at(number);
  auto whom = std::make_shared<completion>(
      [this, done = std::move(done)](discovery_outcome got) { done(std::move(got), sim_.now()); });
  if (!node.is_up) return whom->deliver(failure{errc::unavailable, "the node is not running"});
  const auto input = inputs_.of(request.input).name;
  if (!with_.settings.cache.warm_from.empty()) {
    auto plain = std::move(whom);
    whom = std::make_shared<completion>(
        [this, plain, request, asked = sim_.now()](discovery_outcome got) {
          check_age(request, got, asked);
          plain->deliver(std::move(got));
        });
  }
  const auto now = node.clock->at(sim_.now());
  const auto deadline = now + request.budget;
  if (served_by == number) {
    caf::anon_send(node.who->entrance(),
                   entrance_order{{std::move(request), input, now, deadline}, whom});
    return;
  }
  const auto& other = nodes_.at(served_by);
  if (!other.door)
    return whom->deliver(failure{errc::unavailable, "the other node is not running"});
  caf::anon_send(node.client, peer_order{other.linked.at(number), std::move(request), input,
                                         deadline, std::move(whom)});
}

}  // namespace troupe::chaos
