// Jobs that killed their worker: whether they are sent again, and when.

#include "runtime/supervision/routing_table.hpp"

namespace troupe {

// The budget is taken before the pause: else those who pause would overdraw it.
std::optional<routing_table::fate> routing_table::may_not_retry(std::optional<duration> pause,
                                                                time_point now) {
  if (!pause) return fate::no_time;
  if (retries_.try_take(retry_budget::extra::retry, now)) return std::nullopt;
  ++counters_.not_retried;
  return fate::not_retried;
}

std::optional<time_point> routing_table::next_retry() const {
  if (pauses_.empty()) return std::nullopt;
  return pauses_.top().until;
}

void routing_table::end_pauses(time_point now) {
  while (!pauses_.empty() && pauses_.top().until <= now) {
    const auto job = pauses_.top().job;
    pauses_.pop();
    if (const auto* one = find(job)) enqueue(job, *one);
  }
}

}  // namespace troupe
