// Jobs that are at two workers at once.

#include "runtime/supervision/routing_table.hpp"

namespace troupe {

std::optional<time_point> routing_table::next_hedge_due() const {
  if (checks_.empty()) return std::nullopt;
  return checks_.top().due;
}

std::optional<routing_table::departure> routing_table::next_hedge(time_point now) {
  while (!checks_.empty() && checks_.top().due <= now) {
    const auto check = checks_.top();
    checks_.pop();
    auto* one = find(check.job);
    if (one == nullptr || one->is != condition::in_flight || one->sent != check.sent) continue;
    const auto second = idle_besides(*one, now);
    if (!second || !retries_.try_take(retry_budget::extra::hedge, now)) continue;
    auto& chosen = workers_[*second];
    ++chosen.in_flight;
    ++counters_.hedged;
    one->hedge_at = *second;
    one->hedge_life = chosen.life;
    one->hedge_sent = ++last_sent_;
    return departure{check.job, false, *second, chosen.life, one->hedge_sent, now};
  }
  return std::nullopt;
}

std::optional<routing_table::worker_index> routing_table::idle_besides(const entry& one,
                                                                       time_point now) const {
  const auto serves = workers_[one.at].serves;
  for (worker_index index = 0; index < workers_.size(); ++index) {
    const auto& other = workers_[index];
    const bool ready = other.runs && other.serves == serves && now >= other.rests_until;
    if (ready && index != one.at && other.in_flight == 0) return index;
  }
  return std::nullopt;
}

void routing_table::took(const departure& sent, time_point now) {
  const auto* one = find(sent.job);
  if (one != nullptr && one->hedge) slow_.observe(one->cost, now - one->since, now);
}

// The job has ended, and this worker may still be at it.
void routing_table::leave_behind(job_key job, worker_index at, incarnation life, std::uint64_t sent,
                                 time_point now) {
  auto& from = workers_[at];
  if (from.life != life) return;
  if (from.overdue.empty()) from.given_up = now;
  from.overdue.emplace_back(job, sent);
  ++overdue_;
}

// One of two attempts was lost: the other goes on. False: it was the only one.
bool routing_table::drop_attempt(entry& one, const departure& sent) {
  if (one.hedge_sent == 0) return false;
  if (one.sent == sent.sent) {
    one.at = one.hedge_at;
    one.life = one.hedge_life;
    one.sent = one.hedge_sent;
  }
  one.hedge_sent = 0;
  return true;
}

}  // namespace troupe
