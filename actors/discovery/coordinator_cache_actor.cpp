// A coordinator's side of the cache: what it asks, and its turns in single flights.

#include <algorithm>
#include <utility>

#include "actors/discovery/cached_answer.hpp"
#include "actors/discovery/coordinator_actor.hpp"

namespace troupe {

namespace {

bool fits_to(const discovery_result_ptr& held, const coordinator_job& job) {
  return held && held->input == job.input && held->mode == job.request.mode;
}

}  // namespace

void coordinator_state::look_up(std::uint64_t key, const content_hash& cached_as) {
  // The message itself is kept: a copy of the job would cost more than the lookup.
  looking_.emplace(key,
                   looking{self_->current_mailbox_element()->move_content_to_message(), cached_as});
  const auto& order = job_in(looking_.at(key).job).request.fallbacks;
  const bool takes_cached = std::ranges::find(order, fallback::cached) != order.end();
  // Half of what is left is for another's answer, the other half to compute without it.
  const auto now = with_.time.now(self_);
  const auto deadline = *open_.deadline_of(key);
  const cache_lookup question{cached_as,
                              settings_.stale_while_revalidate,
                              now + (deadline - now) / 2,
                              deadline,
                              settings_.model_version,
                              takes_cached ? settings_.stale_if_error : duration{0}};
  self_->request(*shard_of(cached_as), caf::infinite, question)
      .then(
          [this, key, cached_as](const cache_answer& held) {
            if (looking_.contains(key)) return looked_up(key, held);
            // Its deadline came first: nobody here takes the turn.
            if (held.ticket != 0) abandon({cached_as, held.ticket});
          },
          // A shard that is down costs a hit, not the request.
          [this, key](const caf::error&) { looked_up(key, {}); });
}

void coordinator_state::looked_up(std::uint64_t key, const cache_answer& held) {
  const auto found = looking_.find(key);
  if (found == looking_.end()) return;
  auto [message, cached_as] = std::move(found->second);
  looking_.erase(found);
  const auto& job = job_in(message);
  blaming(key, job.request.id, [&, &message = message, &cached_as = cached_as] {
    const auto took = with_.time.now(self_) - job.accepted;
    if (held.why) return refuse(key, held.why, took);
    // An entry that is damaged or another's is as good as none.
    const auto& result = held.result;
    if (!fits_to(result, job)) {
      if (held.ticket != 0) leads_.emplace(key, lead{cached_as, held.ticket});
      if (fits_to(held.last, job)) last_[key] = {held.last, held.last_age, with_.time.now(self_)};
      return offer(key, std::move(message), cached_as);
    }
    if (held.ticket != 0) revalidate(job, held.ticket);
    answer(key, from_cache(*result, job.request, job.deadline - job.accepted, took, held.age),
           discovery_probe::outcome::cached);
  });
}

// Whoever asked has the stale answer; this one is for the cache.
void coordinator_state::revalidate(coordinator_job job, std::uint64_t ticket) {
  const auto budget = job.deadline - job.accepted;
  job.accepted = with_.time.now(self_);
  job.deadline = job.accepted + budget;
  job.cache_ticket = ticket;
  caf::anon_send(self_, std::move(job));
}

// Its caller has what there was in time; what was too late for it is not for the next. Only while
// half of the hands are free, one at a time, and not when a stage failed.
void coordinator_state::make_whole(const running& one, const discovery_result& found) {
  const auto& request = one.run.request();
  const bool lacks = found.partial || found.used == fallback::fast;
  const bool failed = std::ranges::any_of(found.stages, [](const stage_report& told) {
    return told.state == stage_report::outcome::failed;
  });
  const bool busy = admission_.waiting() > 0 || 2 * admission_.running() > admission_.limit();
  if (!lacks || failed || busy || makes_whole_ || one.cache_key == made_whole_) return;
  if (settings_.late_time <= duration{0} || !request.use_cache) return;
  if (shard_of(one.cache_key) == nullptr) return;
  makes_whole_ = true;
  made_whole_ = one.cache_key;
  const auto now = with_.time.now(self_);
  coordinator_job job{request, one.run.input(), now, now + settings_.late_time, 0, true};
  job.request.fallbacks.fill(fallback::none);
  caf::anon_send(self_, std::move(job));
}

// Without an answer for those who follow: one of them takes its turn.
void coordinator_state::leave_flight(std::uint64_t key) {
  const auto found = leads_.extract(key);
  if (found.empty()) return;
  if (found.mapped().late) makes_whole_ = false;
  if (found.mapped().ticket != 0) abandon(found.mapped());
}

void coordinator_state::abandon(const lead& turn) {
  if (auto* shard = shard_of(turn.cache_key)) {
    self_->send(*shard, cache_abandon{turn.cache_key, turn.ticket});
  }
}

// What is computed anew behind an answer is no request of anybody.
void coordinator_state::count(std::uint64_t key, discovery_probe::outcome how, duration took) {
  const auto found = leads_.find(key);
  if (found == leads_.end() || !found->second.behind) with_.probe->answered(how, took);
}

}  // namespace troupe
