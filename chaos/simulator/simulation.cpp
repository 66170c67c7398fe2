#include "chaos/simulator/simulation.hpp"

#include <algorithm>
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
      clock_(&scheduler_->clock()),
      processor_(*scheduler_) {
  clock_->current_time = origin;
}

simulation::~simulation() {
  calls_.clear();
  while (!paused_.empty()) resume(paused_.begin()->first);
  clock_->cancel_all();
  settle();
}

void simulation::at(time_point when, std::function<void()> what) {
  calls_.push_back({std::max(when, now()), ++calls_made_, std::move(what)});
  std::push_heap(calls_.begin(), calls_.end());
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

// As test_coordinator::run_once does, but with a unit that is made once.
void simulation::run(caf::resumable* job) {
  switch (job->resume(&processor_, 1)) {
    case caf::resumable::resume_later: scheduler_->jobs.push_front(job); break;
    case caf::resumable::done:
    case caf::resumable::awaiting_message: caf::intrusive_ptr_release(job); break;
    case caf::resumable::shutdown_execution_unit: break;
  }
}

// One message of one actor, drawn among those that have any.
bool simulation::run_one() {
  auto& jobs = scheduler_->jobs;
  if (jobs.empty()) return false;
  if (jobs.size() > 1) std::swap(jobs.front(), jobs[order_.below(jobs.size())]);
  auto* const job = jobs.front();
  jobs.pop_front();
  if (!paused_.empty()) {
    const auto holds = paused_.find(domain_of(job));
    if (holds != paused_.end()) {
      holds->second.push_back(job);
      return true;
    }
  }
  ++events_;
  running_ = id_of(job);
  hash_ = mix(hash_ ^ running_, static_cast<std::uint64_t>(now().time_since_epoch().count()));
  computed_ = duration{0};
  run(job);
  computed_ = duration{0};
  return true;
}

void simulation::settle() {
  // Whoever spawns gives this thread CAF's logger. It has nothing to write (Debian compiles it
  // out), but while it is there every actor that runs is looked up in its table, twice.
  if (caf::logger::current_logger() != nullptr) caf::logger::set_current_actor_system(nullptr);
  while (run_one()) {
  }
}

// To the next thing that is due. False: nothing is, before `end` has passed.
bool simulation::next_time(time_point end) {
  const auto& timers = clock_->schedule();
  const auto timer = timers.empty() ? time_point::max() : timers.begin()->first;
  if (!calls_.empty() && calls_.front().when <= timer) {
    if (calls_.front().when > end) return false;
    std::pop_heap(calls_.begin(), calls_.end());
    const auto due = std::move(calls_.back());
    calls_.pop_back();
    clock_->current_time = std::max(now(), due.when);
    due.what();
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
