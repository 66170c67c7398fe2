#include "runtime/node/entrance_actor.hpp"

#include <utility>

#include "actors/shell/shell.hpp"

namespace troupe {

namespace {
constexpr duration review_period = std::chrono::milliseconds(100);
constexpr duration shortest_tick = std::chrono::milliseconds(1);

discovery_result_ptr late(const discovery_result& result, duration took) {
  auto out = std::make_shared<discovery_result>(result);
  out->in_time = false;
  out->took = took;
  return out;
}
}  // namespace

entrance_state::entrance_state(handle::pointer self, dependencies with)
    : self_(self), with_(std::move(with)) {}

failure entrance_state::check_rate(const coordinator_job& job, time_point now) {
  if (!with_.rates) return {};
  const auto [how, retry_after] = with_.rates->take(job.request.client, 1, now);
  switch (how) {
    case rate_limiter::verdict::allowed: break;
    case rate_limiter::verdict::total_limit:
      return {errc::overloaded, "all clients together ask more often than they may", retry_after};
    case rate_limiter::verdict::client_limit:
    case rate_limiter::verdict::never:
      return {errc::rate_limited, "this client asks more often than it may", retry_after};
  }
  return {};
}

// For what is counted and not yet told, and for who waits longest.
void entrance_state::arm(time_point now) {
  const bool idle =
      open_.empty() && counts_ == sla_counts{} && (!with_.load || overloaded_ == false);
  if (!idle) wake(now);
}

void entrance_state::wake(time_point now) {
  auto due = now + review_period;
  if (const auto next = open_.next_due()) due = std::min(due, *next);
  if (const auto delay = alarm_.set(due, now, shortest_tick)) {
    with_.time.after(self_, *delay, tick_atom::value);
  }
}

void entrance_state::take(entrance_order& order) {
  if (closed_) return order.whom->deliver(failure{errc::stopping, "the node is stopping"});
  auto& job = order.job;
  const auto now = with_.time.now(self_);
  if (auto why = check_rate(job, now)) {
    if (why.code == errc::overloaded) ++refused_now_, ++counts_.missed;
    order.whom->deliver(std::move(why));
    return arm(now);
  }
  const waiting asked{job.request.id, job.input, job.accepted, job.deadline};
  const auto key = open_.add({std::move(order.whom)}, job.deadline + entrance_grace);
  self_->request(with_.next, caf::infinite, std::move(job))
      .then(
          [this, key, asked](const discovery_result_ptr& result) { answered(key, asked, result); },
          [this, key](const caf::error& error) { failed(key, error); });
  arm(now);
}

void entrance_state::answered(std::uint64_t key, const waiting& asked,
                              const discovery_result_ptr& result) {
  if (!result || result->id != asked.id || result->input != asked.input) {
    return failed(key, make_error(errc::internal, "the answer was of another request"));
  }
  const auto now = with_.time.now(self_);
  const bool in_time = now <= asked.deadline;
  // It was in time when it left the coordinator, but what counts is when the caller has it.
  const bool answered = in_time || !result->in_time
                            ? open_.answer(key, result)
                            : open_.answer(key, late(*result, now - asked.accepted));
  if (!answered) return;  // the sweep was first, and counted it
  ++(in_time ? counts_.in_time : counts_.missed);
}

void entrance_state::failed(std::uint64_t key, const caf::error& error) {
  if (!open_.answer(key, error)) return;
  const auto code = code_of(error);
  if (code != errc::bad_input && code != errc::stopping) ++counts_.missed;
  if (code == errc::overloaded) ++refused_now_;
}

// The first reading of an incarnation is told in any case: the one before may have left another.
void entrance_state::review_load(time_point now) {
  if (!with_.load || (overloaded_ && now - reviewed_ < review_period)) return;
  reviewed_ = now;
  with_.load->record(served_, refused_, now);
  served_ = refused_ = 0;
  const bool overloaded = with_.load->overloaded(now);
  if (overloaded_ == overloaded) return;
  overloaded_ = overloaded;
  if (with_.overloaded) with_.overloaded(overloaded);
}

void entrance_state::tick() {
  const auto now = with_.time.now(self_);
  static_cast<void>(alarm_.rang(now));
  if (with_.front) counts_.in_time += with_.front->take_repeats();
  const auto before = open_.size();
  open_.sweep(now);
  counts_.missed += before - open_.size();
  served_ += counts_.in_time + counts_.missed - refused_now_;
  refused_ += std::exchange(refused_now_, 0);
  review_load(now);
  if (sla_ && counts_ != sla_counts{}) self_->send(sla_, counts_);
  counts_ = {};
  arm(now);
}

entrance_state::handle::behavior_type entrance_state::make_behavior() {
  // What the incarnation before told of its load may not hold any more, and it may have been told
  // of repeated answers.
  wake(with_.time.now(self_));
  return {
      [this](entrance_order& order) { take(order); },
      [this](close_atom) {
        closed_ = true;
        while (const auto key = open_.first_due(time_point::max())) {
          open_.answer(*key, make_error(errc::stopping, "the node is stopping"));
        }
      },
      [this](repeated_atom) { wake(with_.time.now(self_)); },
      [this](const sla_route& route) { sla_ = route.actor; },
      [this](tick_atom) { tick(); },
  };
}

}  // namespace troupe
