#include "actors/resilience/circuit_breaker_actor.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

constexpr duration longest_tick = std::chrono::milliseconds(100);
constexpr duration shortest_tick = std::chrono::milliseconds(1);

circuit_breaker::permit plain(const breaker_permit& granted) {
  return {granted.generation, {granted.probe}};
}

}  // namespace

circuit_breaker_state::circuit_breaker_state(handle::pointer self, dependencies with)
    : self_(self), with_(std::move(with)) {
  self_->set_down_handler([this](const caf::down_msg& gone) { caller_gone(gone.source); });
  with_.probe->show(with_.rules->now_in());
}

permit_answer circuit_breaker_state::permit_for(const permit_request& asked,
                                                const caf::strong_actor_ptr& caller) {
  const auto now = with_.time.now(self_);
  auto answer = with_.rules->try_acquire(now, asked.deadline);
  tell(answer.changed);
  arm(now);
  if (!answer.granted) {
    with_.probe->refused();
    return {{}, answer.retry_after};
  }
  const breaker_permit granted{answer.granted->generation, answer.granted->probe.value};
  if (granted.probe != 0) (*with_.out)[granted.probe] = caf::actor_cast<caf::actor_addr>(caller);
  return {granted, {}};
}

void circuit_breaker_state::count(const call_samples& calls) {
  const auto now = with_.time.now(self_);
  for (const auto& one : calls.calls) {
    with_.probe->ended(one.how);
    tell(with_.rules->record({calls.generation, {}}, one.how, one.took, now, one.expected));
  }
}

void circuit_breaker_state::take_back(const permit_return& returned) {
  with_.out->erase(returned.granted.probe);
  const auto& [how, took, expected] = returned.call;
  with_.probe->ended(how);
  const auto now = with_.time.now(self_);
  tell(with_.rules->record(plain(returned.granted), how, took, now, expected));
}

breaker_status circuit_breaker_state::obey(breaker_order order) {
  const auto now = with_.time.now(self_);
  tell(with_.rules->obey(order, now));
  return with_.rules->status(now);
}

void circuit_breaker_state::caller_gone(const caf::actor_addr& caller) {
  std::erase_if(watchers_, [&](const auto& one) { return one.address() == caller; });
  std::vector<std::uint64_t> held;
  for (const auto& [probe, holder] : *with_.out) {
    if (holder == caller) held.push_back(probe);
  }
  const auto generation = with_.rules->generation();
  for (const auto probe : held) take_back({{generation, probe}, {call_outcome::ignored, {}}});
}

void circuit_breaker_state::tick() {
  const auto now = with_.time.now(self_);
  tell(with_.rules->tick(now));
  arm(now);
}

// Only a breaker that tries its dependency has anything to wait for.
void circuit_breaker_state::arm(time_point now) {
  const auto due = with_.rules->next_due();
  if (armed_ || !due) return;
  armed_ = true;
  with_.time.after(self_, std::clamp(*due - now, shortest_tick, longest_tick), tick_atom::value);
}

void circuit_breaker_state::tell(const std::optional<circuit_breaker::change>& change) {
  with_.probe->lost(with_.rules->probes_lost());
  if (!change) return;
  with_.out->clear();  // permits end with the state that gave them
  with_.probe->changed(change->to);
  if (with_.changed) with_.changed(*change);
  for (const auto& one : watchers_) {
    self_->send(one, breaker_news{with_.which, with_.rules->view()});
  }
}

// Of those whom the incarnation before gave permits some may have ended since.
void circuit_breaker_state::watch_holders() {
  std::vector<caf::actor_addr> gone;
  for (const auto& [probe, holder] : *with_.out) {
    if (const auto caller = caf::actor_cast<caf::strong_actor_ptr>(holder)) {
      self_->monitor(caller);
    } else {
      gone.push_back(holder);
    }
  }
  for (const auto& one : gone) caller_gone(one);
}

circuit_breaker_state::handle::behavior_type circuit_breaker_state::make_behavior() {
  watch_holders();
  arm(with_.time.now(self_));
  return {
      [this](const watch_breaker& asked) {
        self_->monitor(asked.watcher);
        watchers_.push_back(asked.watcher);
        self_->send(asked.watcher, breaker_news{with_.which, with_.rules->view()});
      },
      [this](const permit_request& asked) { return permit_for(asked, self_->current_sender()); },
      [this](const call_samples& calls) { count(calls); },
      [this](const permit_return& returned) { take_back(returned); },
      [this](breaker_query) { return with_.rules->status(with_.time.now(self_)); },
      [this](breaker_order order) { return obey(order); },
      [this](tick_atom) {
        armed_ = false;
        tick();
      },
  };
}

}  // namespace troupe
