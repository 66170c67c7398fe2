#include "actors/discovery/coordinator_actor.hpp"

#include <algorithm>
#include <utility>

#include "actors/discovery/cached_answer.hpp"
#include "actors/discovery/fallback.hpp"

namespace troupe {

namespace {

// While a request waits for its turn, its place is looked at this often.
constexpr duration queue_period = std::chrono::milliseconds(1);
constexpr duration shortest_tick = std::chrono::microseconds(50);
// A tick that comes later than this says that the actor itself was held up.
constexpr duration late_tick = std::chrono::milliseconds(10);
constexpr duration flush_period = std::chrono::milliseconds(100);

admission::priority rank_of(request_priority given) {
  switch (given) {
    case request_priority::background: return admission::priority::background;
    case request_priority::normal: return admission::priority::normal;
    case request_priority::urgent: return admission::priority::urgent;
  }
  return admission::priority::normal;
}

discovery_probe::outcome told_as(const discovery_result& result) {
  if (result.from_cache) return discovery_probe::outcome::cached;
  return result.partial ? discovery_probe::outcome::partial : discovery_probe::outcome::whole;
}

failure failure_of(const admission::refusal& who) {
  if (who.why != errc::overloaded) {
    return {who.why, "it could not have been answered before its deadline"};
  }
  const auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(who.retry_after);
  return {errc::overloaded,
          "too much is asked for: try again in " +
              std::to_string(std::max<std::int64_t>(1, pause.count())) + " ms",
          who.retry_after};
}

}  // namespace

coordinator_state::coordinator_state(handle::pointer self, options settings, dependencies with)
    : self_(self), settings_(settings), with_(std::move(with)), admission_(settings.admit) {
  for (const auto which : all_stages) gates_.emplace_back(which, settings.bulk, settings.silence);
}

coordinator_state::~coordinator_state() {
  for (auto& [key, one] : running_) {
    for (auto& made : one.calls) {
      if (made) made->stop.request_stop();
    }
  }
  while (!leads_.empty()) leave_flight(leads_.begin()->first);
  with_.probe->flush(0);
}

cache_shard_actor* coordinator_state::shard_of(const content_hash& key) {
  auto& shards = with_.known.shards;
  if (shards.empty()) return nullptr;
  auto& shard = shards[troupe::shard_of(key, shards.size())];
  return shard ? &shard : nullptr;
}

failure coordinator_state::refusal_of(const coordinator_job& job, time_point now) const {
  if (now >= job.deadline) {
    return {errc::deadline_exceeded, "the deadline had passed before the work began"};
  }
  if (open_.size() < settings_.waiting_limit) return {};
  return {errc::overloaded,
          "the coordinator holds as many requests as it may (discovery.waiting_limit)",
          std::chrono::seconds(1)};
}

caf::result<discovery_result_ptr> coordinator_state::accept(const coordinator_job& job) {
  const auto now = with_.time.now(self_);
  if (!job.request.input) return make_error(errc::bad_input, "a request without traffic");
  if (auto why = refusal_of(job, now)) {
    if (why.code == errc::overloaded) full_at_ = now;
    if (job.late) makes_whole_ = false;
    if (job.cache_ticket != 0) {
      abandon({cache_key(job.input, job.request, settings_.model_version), job.cache_ticket});
    }
    return make_error(why);
  }
  auto made = self_->make_response_promise<discovery_result_ptr>();
  const auto key = open_.add(made, answer_by(job.accepted, job.deadline));
  blaming(key, job.request.id, [&] {
    const auto cached_as = cache_key(job.input, job.request, settings_.model_version);
    if (job.behind()) leads_.emplace(key, lead{cached_as, job.cache_ticket, true, job.late});
    if (!job.behind() && job.request.use_cache && shard_of(cached_as) != nullptr) {
      look_up(key, cached_as);
    } else {
      offer(key, self_->current_mailbox_element()->move_content_to_message(), cached_as);
    }
  });
  arm(now);
  return made;
}

// The first stage alone makes an answer, if a partial one: no request need be refused for more.
void coordinator_state::offer(std::uint64_t key, caf::message message,
                              const content_hash& cached_as) {
  const auto& job = job_in(message);
  const auto& input = *job.request.input;
  const work_size size{input.messages.size(), input.bytes.size(), input.flows.size()};
  const auto cost = with_.costs->predict(stage::statistics, job.request.mode, size);
  const auto now = with_.time.now(self_);
  const auto rank = job.behind() ? admission::priority::background : rank_of(job.request.priority);
  auto told = admission_.offer(rank, job.deadline, cost, now);
  if (told.who) {
    queued_.emplace(told.who.value, queued{key, std::move(message), cached_as});
  } else {
    auto refused = std::ranges::find_if(told.todo.refuse, [](const auto& one) { return !one.who; });
    turn_down(key, job, failure_of(*refused));
    told.todo.refuse.erase(refused);
  }
  follow(std::move(told.todo));
  if (admission_.waiting() > 0) arm(now);
}

// One order may bring about others: they wait for their turn, however many.
void coordinator_state::follow(admission::orders todo) {
  todo_.push_back(std::move(todo));
  if (std::exchange(follows_, true)) return;
  while (!todo_.empty()) {
    const auto now = std::move(todo_.front());
    todo_.pop_front();
    for (const auto& who : now.refuse) turn_away(who);
    for (const auto who : now.start) {
      const auto found = queued_.extract(who.value);
      if (found.empty()) continue;
      const auto& one = found.mapped();
      blaming(one.key, job_in(one.job).request.id, [&] { begin(one, who); });
    }
  }
  follows_ = false;
}

void coordinator_state::turn_away(const admission::refusal& who) {
  const auto found = queued_.extract(who.who.value);
  if (found.empty()) return;
  turn_down(found.mapped().key, job_in(found.mapped().job), failure_of(who));
}

void coordinator_state::begin(const queued& one, admission::ticket ticket) {
  const auto& job = job_in(one.job);
  if (!job.behind()) with_.probe->waited(with_.time.now(self_) - job.accepted);
  auto& run = running_.try_emplace(one.key, job, *with_.costs, settings_.run).first->second;
  run.cache_key = one.cache_key;
  run.ticket = ticket;
  advance(one.key);
}

discovery_run::stage_set coordinator_state::not_trusted() const {
  discovery_run::stage_set out;
  for (const auto& gate : gates_) out[static_cast<std::size_t>(gate.which())] = !gate.is_closed();
  return out;
}

void coordinator_state::advance(std::uint64_t key) {
  const auto found = running_.find(key);
  if (found == running_.end()) return;
  auto& one = found->second;
  // What its gate refuses may make room for another stage, or end the run.
  for (bool refused = true; refused;) {
    refused = false;
    for (auto& job : one.run.next(with_.time.now(self_), not_trusted())) {
      refused = !start(key, one, std::move(job)) || refused;
    }
  }
  if (one.run.finished()) return finish(key);
  wake_to_stop(one, with_.time.now(self_));
}

void coordinator_state::finish(std::uint64_t key) {
  auto ended = running_.extract(key);
  auto& one = ended.mapped();
  const auto now = with_.time.now(self_);
  for (auto& made : one.calls) {
    if (!made) continue;
    made->stop.request_stop();  // frees the workers of what is late
    end_call(*made, outcome_of(*made, errc::deadline_exceeded));
  }
  const auto& request = one.run.request();
  const auto& why = one.run.first_failure();
  auto found = one.run.conclude(now);
  const auto took = found.took;
  const bool none = found.found == findings{} && is_of_the_input(why.code);
  make_whole(one, found);
  auto given = settle(std::move(found), why,
                      last_for(key, request, one.accepted, one.run.deadline()), request.fallbacks);
  const auto* result = std::get_if<discovery_result_ptr>(&given);
  const bool whole = result != nullptr && !(*result)->partial && (*result)->used == fallback::none;
  if (auto* shard = request.use_cache && (none || whole) ? shard_of(one.cache_key) : nullptr) {
    if (const auto turn = leads_.find(key); turn != leads_.end()) turn->second.ticket = 0;
    if (one.cache_key == made_whole_) made_whole_ = {};
    self_->send(*shard,
                cache_insert{one.cache_key, whole ? *result : nullptr, none ? why : failure{},
                             settings_.model_version, one.accepted});
  }
  if (result == nullptr) {
    refuse(key, std::get<failure>(given), took);
  } else {
    answer(key, *result, told_as(**result));
  }
  // Also what its deadline ended: it took at least so long, and that is what overload looks like.
  follow(admission_.finish(one.ticket, now));
}

// An earlier answer under the name of this request, if there is one; else null.
discovery_result_ptr coordinator_state::last_for(std::uint64_t key,
                                                 const discovery_request& request,
                                                 time_point accepted, time_point deadline) const {
  const auto found = last_.find(key);
  if (found == last_.end()) return nullptr;
  const auto now = with_.time.now(self_);
  const auto& [result, age, since] = found->second;
  return from_cache(*result, request, deadline - accepted, now - accepted, age + (now - since));
}

// Nothing was computed: an earlier answer, for who takes one, or the error.
void coordinator_state::turn_down(std::uint64_t key, const coordinator_job& job,
                                  const failure& why) {
  auto given = settle({}, why, last_for(key, job.request, job.accepted, job.deadline),
                      job.request.fallbacks);
  if (const auto* result = std::get_if<discovery_result_ptr>(&given)) {
    return answer(key, *result, told_as(**result));
  }
  refuse(key, why, with_.time.now(self_) - job.accepted);
}

void coordinator_state::answer(std::uint64_t key, discovery_result_ptr result,
                               discovery_probe::outcome how) {
  count(key, how, result->took);
  leave_flight(key);
  last_.erase(key);
  open_.answer(key, std::move(result));
}

void coordinator_state::refuse(std::uint64_t key, const failure& why, duration took) {
  count(key, discovery_probe::outcome::failed, took);
  leave_flight(key);
  last_.erase(key);
  open_.answer(key, make_error(why));
}

// The cache has not answered, or its turn has not come.
void coordinator_state::give_up(std::uint64_t key, time_point now) {
  caf::message job;
  if (const auto looked = looking_.extract(key); !looked.empty()) job = looked.mapped().job;
  const auto waits =
      std::ranges::find_if(queued_, [key](const auto& one) { return one.second.key == key; });
  if (waits != queued_.end()) {
    const admission::ticket ticket{waits->first};
    job = waits->second.job;
    queued_.erase(waits);
    follow(admission_.finish(ticket, now, false));
  }
  turn_down(key, job_in(job), {errc::deadline_exceeded, "no answer before the deadline"});
}

void coordinator_state::tick() {
  const auto now = with_.time.now(self_);
  if (alarm_.rang(now) > late_tick) {
    for (auto& gate : gates_) gate.excuse(now);
  }
  while (const auto key = open_.first_due(now)) {
    const auto runs = running_.find(*key);
    if (runs != running_.end()) {
      blaming(*key, runs->second.run.request().id, [&] { finish(*key); });
    } else {
      give_up(*key, now);
    }
  }
  follow(admission_.tick(now));
  listen(now);
  for (auto& [key, one] : running_) {
    if (now < one.run.stop_time()) {
      wake_to_stop(one, now);
      continue;
    }
    for (auto& made : one.calls) {
      if (made) made->stop.request_stop();
    }
  }
  // What is not told now might never be: nothing wakes this actor once nothing is open.
  if (now - last_report_ >= flush_period || open_.empty()) {
    last_report_ = now;
    for (auto& gate : gates_) {
      obey({gate.which(), gate.tick(now)});
      report(gate.which(), true);
    }
    with_.probe->flush(open_.size());
  }
  arm(now);
}

// For what is due without any message: reports, deadlines, stop times (see advance), and turns.
void coordinator_state::arm(time_point now) {
  if (open_.empty()) return;
  auto due = std::min(now + flush_period, *open_.next_due());
  if (admission_.waiting() > 0) due = std::min(due, now + queue_period);
  wake_by(due, now);
}

void coordinator_state::wake_by(time_point due, time_point now) {
  if (const auto delay = alarm_.set(due, now, shortest_tick)) {
    with_.time.after(self_, *delay, tick_atom::value);
  }
}

// When its stages are to come to an end.
void coordinator_state::wake_to_stop(const running& one, time_point now) {
  const bool stoppable = std::ranges::any_of(
      one.calls, [](const auto& made) { return made && !made->stop.stop_requested(); });
  if (stoppable) wake_by(one.run.stop_time(), now);
}

coordinator_state::handle::behavior_type coordinator_state::make_behavior() {
  return {
      [this](const coordinator_job& job) { return accept(job); },
      [this](const stage_route& route) {
        with_.known.stages[static_cast<std::size_t>(route.which)] = route.router;
      },
      [this](const cache_route& route) {
        auto& shards = with_.known.shards;
        if (route.shard < shards.size()) shards[route.shard] = route.actor;
      },
      [this](const breaker_route& route) {
        breakers_[static_cast<std::size_t>(route.which)] = route.actor;
        if (route.actor) self_->send(route.actor, watch_breaker{breaker_watcher(self_)});
      },
      [this](const breaker_news& news) {
        gates_[static_cast<std::size_t>(news.which)].show(news.now);
        if (news.now.state == breaker_state::open) give_up_silent(news.which);
      },
      [this](tick_atom) { tick(); },
  };
}

}  // namespace troupe
