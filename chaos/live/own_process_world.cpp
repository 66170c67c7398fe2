#include "chaos/live/own_process_world.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>
#include <utility>

#include "chaos/verdict/words.hpp"
#include "chaos/world/job_counts.hpp"

namespace troupe::chaos {

namespace {

constexpr duration operator_delay = std::chrono::seconds(1);       // to start a node again
constexpr duration look_distance = std::chrono::milliseconds(50);  // whether nodes are live

}  // namespace

own_process_world::own_process_world(std::uint64_t seed, std::uint32_t nodes, options settings)
    : live_world(seed, nodes), settings_(std::move(settings)) {}

own_process_world::~own_process_world() {
  switch_all_off();
  jobs_.end_hangs();
  loop().clear();  // what it holds back is of nodes that go now
  for (auto& [number, one] : nodes_) {
    if (one.ending.joinable()) one.ending.join();
    one.here.reset();
  }
}

void own_process_world::start() {
  for (std::uint32_t number = 1; number <= nodes(); ++number) start_node(number);
  tend();
}

void own_process_world::start_node(std::uint32_t number) {
  if (stopping_) return;
  auto& one = nodes_[number];
  if (one.ending.joinable()) one.ending.join();
  const auto start = ++one.start;
  auto settings = settings_;
  settings.node.name = words({"n", std::to_string(number)});
  settings.node.seed = seed() + number;
  settings.http.enabled = false;
  auto parts = real_parts(settings);
  parts.stages = std::make_shared<const stage_table>(stages_of(number, parts.stages));
  parts.decorate = [this, number](const std::string& path, const caf::actor& spawned) {
    return decorate(number, path, spawned);
  };
  parts.observe = [this, number, start](const supervision::lifecycle_event& event) {
    write(number, start, event);
  };
  parts.breaker_changed = [this, number](stage which, const circuit_breaker::change& change) {
    tell_of(event_record::kind::breaker, number, "resilience/" + std::string(to_string(which)),
            std::string(to_string(change.to)));
  };
  parts.load_changed = [this, number](bool overloaded) {
    tell_of(event_record::kind::load, number, "gateway/entrance",
            overloaded ? "overloaded" : "at ease");
  };
  one.here = std::make_shared<node::implementation>(std::move(settings), std::move(parts));
  record({event_record::kind::node_up, now(), number, "", "", start, true, 0, {}});
}

// Aside: it takes the time that its open requests take.
void own_process_world::end_node(std::uint32_t number, duration down, const std::string& why) {
  auto& one = nodes_.at(number);
  if (!one.here || stopping_) return;
  record({event_record::kind::node_down, now(), number, "", why, one.start, false, 0, {}});
  one.ending = std::thread([this, number, down, node = std::exchange(one.here, nullptr)]() mutable {
    node->stop();
    if (node->left_actors()) ++left_behind_;
    node.reset();
    after(down, [this, number] { start_node(number); });
  });
}

void own_process_world::tend() {
  for (auto& [number, one] : nodes_) {
    if (one.here && !one.here->live()) end_node(number, operator_delay, "it gave up");
  }
  after(look_distance, [this] { tend(); });
}

bool own_process_world::crash_node(std::uint32_t number, duration down) {
  loop().post([this, number, down] {
    give_back(number);
    end_node(number, down, "ended by its system");
  });
  return true;
}

stage_table own_process_world::stages_of(std::uint32_t node,
                                         std::shared_ptr<const stage_table> real) {
  stage_table out;
  for (const auto which : all_stages) {
    const place where{node, "compute/" + std::string(to_string(which)) + "/workers",
                      actor_kind::worker};
    out[static_cast<std::size_t>(which)] =
        [this, where, which, real](const stage_input& input, findings& found, bool& cut_short) {
          if (disturbed()) {
            jobs_.begin(which, input.context.stop);
            alone([&] { static_cast<void>(stretched(where, duration{0})); });
          }
          return (*real)[static_cast<std::size_t>(which)](input, found, cut_short);
        };
  }
  return out;
}

// The nodes side by side: each waits for its own actors.
void own_process_world::stop() {
  stopping_ = true;
  std::vector<std::thread> stops;
  for (auto& [number, one] : nodes_) {
    if (one.ending.joinable()) one.ending.join();
    if (!one.here) continue;
    record({event_record::kind::node_down, now(), number, "", "stopped", one.start, true, 0, {}});
    stops.emplace_back([node = one.here] { node->stop(); });
  }
  for (auto& one : stops) one.join();
  run_until(now());  // answers that came with the stop
}

std::size_t own_process_world::actors_running() {
  const std::lock_guard hold(lock());
  const auto left = std::ranges::count_if(
      nodes_, [](const auto& one) { return one.second.here && one.second.here->left_actors(); });
  return left_behind_ + static_cast<std::size_t>(left) +
         static_cast<std::size_t>(std::ranges::count_if(actors_, [](const auto& one) {
           return caf::actor_cast<caf::actor>(one.second.actor) != nullptr;
         }));
}

world::open_jobs own_process_world::count_jobs() {
  open_jobs out;
  for (const auto& [number, one] : nodes_) {
    if (one.here) chaos::count_jobs(one.here->measures(), out);
  }
  return out;
}

void own_process_world::ask(std::uint32_t, std::uint32_t served_by, discovery_request request,
                            answer_call done) {
  const auto& asked = nodes_.at(served_by).here;
  if (!asked) return done(failure{errc::unavailable, "the node is not running"}, now());
  asked->discover(std::move(request),
                  [this, done = std::move(done)](const discovery_outcome& outcome) {
                    loop().post([done, outcome, when = now()] { done(outcome, when); });
                  });
}

caf::actor own_process_world::decorate(std::uint32_t node, const std::string& path,
                                       const caf::actor& spawned) {
  const std::lock_guard hold(lock());
  place where{node, path, kind_of(path)};
  if (disturbed() && spoils_start(where)) throw std::runtime_error("injected crash");
  const auto name = where.text();
  const auto address = caf::actor_cast<caf::actor_addr>(spawned);
  std::shared_ptr<live_gate> gate;
  if (where.kind == actor_kind::worker)
    gate =
        std::make_shared<live_gate>(jobs_, address, words({name, "#", std::to_string(++lives_)}));
  actors_[name] = {where, address, gate};
  if (where.kind == actor_kind::supervisor) return spawned;
  return interpose(spawned->home_system(), spawned,
                   std::make_shared<edge>(*this, std::move(where), std::move(gate)));
}

void own_process_world::write(std::uint32_t node, std::uint64_t start,
                              const supervision::lifecycle_event& event) {
  using in = supervision::lifecycle_event::kind;
  using out = event_record::kind;
  if (event.what == in::stopped) return;
  const std::lock_guard hold(lock());
  const auto when = now();
  const bool orderly = !event.why || event.why.code == errc::stopping;
  out what = out::started;
  switch (event.what) {
    case in::started: serving_.serves({node, event.path, kind_of(event.path)}, when); break;
    case in::start_failed: what = out::start_failed; break;
    case in::ended: what = out::ended; break;
    case in::gave_up: what = out::gave_up; break;
    case in::stopped: break;
  }
  record({what, when, node, event.path, event.why.what, event.life.value, orderly,
          event.killer.value, when, start});
}

std::vector<place> own_process_world::places() const {
  std::vector<place> out;
  for (const auto& [number, one] : nodes_) {
    if (one.here) out.push_back({number, "", actor_kind::supervisor});
  }
  for (const auto& [name, one] : actors_) {
    if (one.where.path.empty()) continue;
    if (caf::actor_cast<caf::actor>(one.actor)) out.push_back(one.where);
  }
  return out;
}

bool own_process_world::kill(const place& where) {
  const std::lock_guard hold(lock());
  const auto found = actors_.find(where.text());
  if (found == actors_.end()) return false;
  const auto actor = caf::actor_cast<caf::actor>(found->second.actor);
  if (!actor) return false;
  serving_.killed(where, now());
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  return true;
}

bool own_process_world::hang(const place& worker, bool on) {
  const std::lock_guard hold(lock());
  const auto found = actors_.find(worker.text());
  if (found == actors_.end() || !found->second.gate) return false;
  found->second.gate->hang(on);
  return true;
}

std::uint64_t own_process_world::leak(std::uint32_t node, std::uint64_t bytes) {
  const std::lock_guard hold(lock());
  auto& held = leaked_[node];
  held.emplace_back(bytes, '\1');
  return held.size() * bytes;
}

void own_process_world::give_back(std::uint32_t node) {
  const std::lock_guard hold(lock());
  leaked_[node].clear();
}

}  // namespace troupe::chaos
