#include "runtime/node/pending_answer.hpp"

namespace troupe {

time_point pending_answer::deadline() const noexcept { return state_->deadline; }

bool pending_answer::ready() const {
  const std::lock_guard hold(state_->lock);
  return state_->answer.has_value();
}

discovery_outcome pending_answer::wait() const {
  std::unique_lock hold(state_->lock);
  state_->arrived.wait(hold, [this] { return state_->answer.has_value(); });
  return *state_->answer;
}

std::optional<discovery_outcome> pending_answer::wait_until(time_point until) const {
  std::unique_lock hold(state_->lock);
  state_->arrived.wait_until(hold, until, [this] { return state_->answer.has_value(); });
  return state_->answer;
}

}  // namespace troupe
