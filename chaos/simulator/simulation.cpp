#include "chaos/simulator/simulation.hpp"

#include <caf/scheduled_actor.hpp>
#include <utility>

namespace troupe::chaos {

namespace {

caf::actor_system_config& configured(caf::actor_system_config& config) {
  config.set("scheduler.policy", caf::atom("testing"));
  register_troupe(config);
  return config;
}

// Every job of a test coordinator is an actor: nothing here spawns anything else.
caf::actor_id id_of(caf::resumable* job) { return static_cast<caf::scheduled_actor*>(job)->id(); }

}  // namespace

simulation::simulation(std::uint64_t seed)
    : seed_(seed),
      order_(seed, "order of actors"),
      system_(configured(config_)),
      scheduler_(&dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())),
      clock_(&scheduler_->clock()) {
  clock_->current_time = origin;
}

simulation::~simulation() {
  calls_.clear();
  while (!paused_.empty()) resume(paused_.begin()->first);
  clock_->cancel_all();
  settle();
}

void simulation::at(time_point when, std::function<void()> what) {
  calls_.emplace(std::max(when, now()), std::move(what));
}

simulation::domain simulation::domain_of(caf::resumable* job) const {
  const auto found = domains_.find(id_of(job));
  return found == domains_.end() ? 0 : found->second;
}

void simulation::pause(domain which) { paused_.try_emplace(which); }

void simulation::resume(domain which) {
  const auto found = paused_.find(which);
  if (found == paused_.end()) return;
  auto& jobs = scheduler_->jobs;
  jobs.insert(jobs.end(), found->second.begin(), found->second.end());
  paused_.erase(found);
}

// One message of one actor, drawn among those that have any.
bool simulation::run_one() {
  auto& jobs = scheduler_->jobs;
  if (jobs.empty()) return false;
  if (jobs.size() > 1) std::swap(jobs.front(), jobs[order_.below(jobs.size())]);
  if (!paused_.empty()) {
    const auto holds = paused_.find(domain_of(jobs.front()));
    if (holds != paused_.end()) {
      holds->second.push_back(jobs.front());
      jobs.pop_front();
      return true;
    }
  }
  ++events_;
  running_ = id_of(jobs.front());
  hash_ = mix(hash_ ^ running_, static_cast<std::uint64_t>(now().time_since_epoch().count()));
  computed_ = duration{0};
  scheduler_->run_once();
  computed_ = duration{0};
  return true;
}

void simulation::settle() {
  while (run_one()) {
  }
}

// To the next thing that is due. False: nothing is, before `end` has passed.
bool simulation::next_time(time_point end) {
  const auto& timers = clock_->schedule();
  const auto timer = timers.empty() ? time_point::max() : timers.begin()->first;
  if (!calls_.empty() && calls_.begin()->first <= timer) {
    if (calls_.begin()->first > end) return false;
    auto call = calls_.extract(calls_.begin());
    clock_->current_time = std::max(now(), call.key());
    call.mapped()();
    return true;
  }
  if (timer > end) return false;
  clock_->trigger_timeout();
  return true;
}

void simulation::run_until(time_point end) {
  do {
    settle();
  } while (next_time(end));
  clock_->current_time = std::max(now(), end);
}

}  // namespace troupe::chaos
