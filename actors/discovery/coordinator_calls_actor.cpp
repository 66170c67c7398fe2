// The calls of a coordinator to the stages: through breaker and bulkhead, and back.

#include <utility>

#include "actors/discovery/coordinator_actor.hpp"

namespace troupe {

namespace {

std::size_t index_of(stage which) { return static_cast<std::size_t>(which); }

std::vector<discovery_run::report> reports_of(const stage_answer& answer) {
  std::vector<discovery_run::report> out;
  out.reserve(answer.ran.size());
  for (const auto& one : answer.ran) out.push_back({one.which, one.took, one.cut_short, one.why});
  return out;
}

}  // namespace

// False: refused at once, and the run knows it.
bool coordinator_state::start(std::uint64_t key, running& one, discovery_run::launch job) {
  auto& gate = gates_[index_of(job.stages.front())];
  const auto answer = gate.enter(one.run.deadline(), with_.time.now(self_));
  if (answer.how != stage_gate::verdict::ask) return entered(key, one, std::move(job), answer);
  ask_breaker(key, one.run.deadline(), job);
  return true;
}

void coordinator_state::ask_breaker(std::uint64_t key, time_point deadline,
                                    const discovery_run::launch& job) {
  const auto which = job.stages.front();
  const auto go = [this, key, job, which](breaker_permit granted) {
    on_stage(key, [&](running& one) {
      auto& gate = gates_[index_of(which)];
      const auto now = with_.time.now(self_);
      entered(key, one, job, gate.enter_with(granted, one.run.deadline(), now));
    });
  };
  self_->request(breakers_[index_of(which)], caf::infinite, permit_request{deadline})
      .then(
          [this, key, job, which, go](const permit_answer& answer) {
            if (!answer.granted) {
              return on_stage(key, [&](running& one) {
                one.run.failed(job, {errc::unavailable,
                                     "the breaker of " + std::string(to_string(which)) +
                                         " lets a few calls try, and no more",
                                     answer.retry_after});
              });
            }
            if (running_.contains(key)) return go(*answer.granted);
            give_back(which, *answer.granted, {call_outcome::ignored, {}});
          },
          // A breaker that is down costs its protection, not the request.
          [go](const caf::error&) { go({}); });
}

bool coordinator_state::entered(std::uint64_t key, running& one, discovery_run::launch job,
                                const stage_gate::answer& answer) {
  const auto which = job.stages.front();
  if (answer.how == stage_gate::verdict::refused) {
    give_back(which, answer.with.granted, {call_outcome::ignored, {}});
    one.run.failed(job, answer.why);
    return false;
  }
  auto& made = one.calls[index_of(which)].emplace(call{std::move(job), answer.with});
  if (answer.how == stage_gate::verdict::wait) {
    waiting_[index_of(which)].emplace(answer.with.place.value, key);
  } else {
    send(key, one, made);
  }
  return true;
}

void coordinator_state::send(std::uint64_t key, running& one, call& made) {
  const auto& request = one.run.request();
  const auto& job = made.job;
  const auto now = with_.time.now(self_);
  made.with.began = now;
  wake_by(now + settings_.silence, now);
  made.with.expected = job.predicted_cost;
  const auto content = work_name(one.run.input(), job.mode, request.level, job.stages);
  stage_job message{request.id,
                    request.trace,
                    one.run.deadline(),
                    content,
                    job.stages,
                    job.mode,
                    request.level,
                    request.seed,
                    made.stop.get_token(),
                    job.predicted_cost,
                    request.input,
                    one.run.found(),
                    made.with.granted.probe == 0};  // no hedge while its breaker tries the stage
  auto& router = with_.known.stages[index_of(job.stages.front())];
  self_->request(router, caf::infinite, std::move(message))
      .then(
          [this, key, job, content, size = one.run.size()](stage_answer& answer) {
            if (answer.content != content) {
              return came_back(key, job,
                               make_error(errc::internal, "the answer is of another job"));
            }
            // Also what comes too late: else only the quick ones would be learnt from.
            for (const auto& ran : answer.ran) {
              if (ran.cut_short || ran.why) continue;
              with_.costs->observe(ran.which, job.mode, size, ran.took);
            }
            came_back(key, job, std::move(answer));
          },
          [this, key, job](caf::error& error) { came_back(key, job, std::move(error)); });
}

void coordinator_state::came_back(std::uint64_t key, const discovery_run::launch& job,
                                  const caf::expected<stage_answer>& answer) {
  on_stage(key, [&](running& one) {
    auto& slot = one.calls[index_of(job.stages.front())];
    if (!slot) return;
    auto made = std::exchange(slot, std::nullopt);
    made->stop.request_stop();  // a second worker may be at it
    if (!answer) {
      const auto why = to_failure(answer.error());
      end_call(*made, outcome_of(*made, why.code));
      return one.run.failed(job, why);
    }
    duration worked{0};
    for (const auto& ran : answer->ran) worked += ran.took;
    end_call(*made, call_outcome::succeeded, worked);
    one.run.answered(job, answer->found, reports_of(*answer));
  });
}

call_outcome coordinator_state::outcome_of(const call& made, errc code) const {
  const auto& job = made.job;
  // Whose fault it was among several nobody knows.
  if (job.stages.size() > 1 && code == errc::crashed) return call_outcome::ignored;
  const auto now = with_.time.now(self_);
  if (code == errc::deadline_exceeded) {
    return gates_[index_of(job.stages.front())].outcome_of_late(made.with, job.predicted_cost, now);
  }
  return troupe::outcome_of(code, now - made.with.began, job.predicted_cost);
}

// Gives back what a call held: its place, and its permit or its word to the breaker.
void coordinator_state::end_call(call& made, call_outcome how, std::optional<duration> worked) {
  const auto which = made.job.stages.front();
  const bool waited = waiting_[index_of(which)].erase(made.with.place.value) > 0;
  const bool told = made.silent && how != call_outcome::succeeded;
  if (waited || told) how = call_outcome::ignored;
  const auto now = with_.time.now(self_);
  auto orders = gates_[index_of(which)].leave(made.with, how, now, worked);
  give_back(which, made.with.granted,
            {how, worked.value_or(now - made.with.began), made.with.expected});
  report(which, false);
  obey({which, std::move(orders)});
}

// A stage that answers nobody is known long before the deadlines of those who wait for it; not as
// soon while requests are turned away because there are too many: what has opened a breaker would
// refuse those that could still be answered.
void coordinator_state::listen(time_point now) {
  constexpr duration period = std::chrono::milliseconds(10);
  const bool full = full_at_ && now - *full_at_ < settings_.admit.interval;
  const bool swamped = full || admission_.swamped(now);
  std::array<duration, all_stages.size()> costliest{};
  for (const auto& [key, one] : running_) {
    for (const auto& made : one.calls) {
      if (!made) continue;
      auto& most = costliest[index_of(made->job.stages.front())];
      most = std::max(most, made->job.predicted_cost);
    }
  }
  for (auto& [key, one] : running_) {
    for (auto& made : one.calls) {
      if (!made) continue;
      wake_by(std::max(made->with.began + settings_.silence, now + period), now);
      if (made->silent) continue;
      const auto which = made->job.stages.front();
      auto& gate = gates_[index_of(which)];
      if (waiting_[index_of(which)].contains(made->with.place.value)) continue;
      if (!gate.is_silent(made->with, costliest[index_of(which)], swamped, now)) continue;
      made->silent = true;
      gate.report_silent(made->with, now);
      give_back(which, std::exchange(made->with.granted, {made->with.granted.generation, 0}),
                {call_outcome::silent, now - made->with.began, made->with.expected});
      report(which, false);
    }
  }
  for (const auto& gate : gates_) {
    if (!gate.is_closed()) give_up_silent(gate.which());
  }
}

// Its breaker is not closed: who waits for it gets what there is, and makes room for others.
void coordinator_state::give_up_silent(stage which) {
  std::vector<std::uint64_t> keys;
  for (const auto& [key, one] : running_) {
    const auto& made = one.calls[index_of(which)];
    if (made && made->silent) keys.push_back(key);
  }
  for (const auto key : keys) {
    on_stage(key, [&](running& one) {
      auto made = std::exchange(one.calls[index_of(which)], std::nullopt);
      if (!made) return;
      made->stop.request_stop();
      end_call(*made, call_outcome::ignored);
      one.run.failed(made->job,
                     {errc::unavailable, "it answers nobody, and its breaker is not closed"});
    });
  }
}

void coordinator_state::report(stage which, bool all) {
  auto samples = gates_[index_of(which)].take_samples(all);
  const auto& breaker = breakers_[index_of(which)];
  if (samples && breaker) self_->send(breaker, *std::move(samples));
}

void coordinator_state::give_back(stage which, const breaker_permit& granted, call_sample how) {
  const auto& breaker = breakers_[index_of(which)];
  if (granted.probe != 0 && breaker) self_->send(breaker, permit_return{granted, how});
}

// One order may bring about others: they wait for their turn.
void coordinator_state::obey(bulk_orders orders) {
  if (orders.todo.enter.empty() && orders.todo.refuse.empty()) return;
  bulk_todo_.push_back(std::move(orders));
  if (std::exchange(obeys_, true)) return;
  while (!bulk_todo_.empty()) {
    const auto [which, todo] = std::move(bulk_todo_.front());
    bulk_todo_.pop_front();
    auto& waits = waiting_[index_of(which)];
    for (const auto place : todo.enter) {
      const auto whose = waits.extract(place.value);
      if (whose.empty()) continue;
      on_stage(whose.mapped(), [&, which = which](running& one) {
        send(whose.mapped(), one, *one.calls[index_of(which)]);
      });
    }
    for (const auto place : todo.refuse) {
      const auto whose = waits.extract(place.value);
      if (whose.empty()) continue;
      on_stage(whose.mapped(), [&, which = which](running& one) {
        const auto made = std::exchange(one.calls[index_of(which)], std::nullopt);
        give_back(which, made->with.granted, {call_outcome::ignored, {}});
        one.run.failed(made->job, {errc::deadline_exceeded, "its turn at the stage did not come"});
      });
    }
  }
  obeys_ = false;
}

}  // namespace troupe
