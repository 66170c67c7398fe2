#include "runtime/node/pending_answer.hpp"

namespace troupe {

namespace {
// After the coordinator, its router and the entrance had their turn.
constexpr auto last_grace = std::chrono::milliseconds(500);
}  // namespace

time_point pending_answer::deadline() const noexcept { return state_->deadline; }

bool pending_answer::ready() const {
  const std::lock_guard hold(state_->lock);
  return state_->answer.has_value();
}

// The waiting thread is the last to see that a deadline has passed: it still does when actors hold
// every thread of the pool.
discovery_outcome pending_answer::wait() const {
  if (auto got = wait_until(state_->deadline + last_grace)) return *std::move(got);
  state_->put(failure{errc::deadline_exceeded, "no answer before the deadline: the node is stuck"});
  const std::lock_guard hold(state_->lock);
  return *state_->answer;
}

std::optional<discovery_outcome> pending_answer::wait_until(time_point until) const {
  std::unique_lock hold(state_->lock);
  state_->arrived.wait_until(hold, until, [this] { return state_->answer.has_value(); });
  return state_->answer;
}

}  // namespace troupe
