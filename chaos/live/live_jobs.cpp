#include "chaos/live/live_jobs.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace troupe::chaos {

void live_jobs::mark(const stage_job& job, std::string worker) {
  const std::lock_guard hold(lock_);
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(marked_, [&](const marked& one) { return one.deadline < now; });
  // One job is enough: others lie behind it, or go to a second worker, which does not hang.
  const auto is_for_it = [&](const marked& one) { return one.worker == worker; };
  if (!worker.empty() && (standing_.contains(worker) || std::ranges::any_of(marked_, is_for_it))) {
    return;
  }
  const auto first = job.stages.empty() ? stage::statistics : job.stages.front();
  marked_.push_back({first, job.stop, job.deadline, std::move(worker)});
}

void live_jobs::doom(const stage_job& job) { mark(job, {}); }

void live_jobs::hold_up(const stage_job& job, const std::string& worker) { mark(job, worker); }

void live_jobs::hang(const std::string& worker, bool on) {
  {
    const std::lock_guard hold(lock_);
    if (on) {
      hanging_.insert(worker);
    } else {
      hanging_.erase(worker);
    }
  }
  changed_.notify_all();
}

bool live_jobs::hangs(const std::string& worker) {
  const std::lock_guard hold(lock_);
  return hanging_.contains(worker);
}

void live_jobs::end_hangs() {
  {
    const std::lock_guard hold(lock_);
    hanging_.clear();
  }
  changed_.notify_all();
}

void live_jobs::begin(stage which, const std::stop_token& stop) {
  std::unique_lock hold(lock_);
  const auto found = std::ranges::find_if(
      marked_, [&](const marked& one) { return one.which == which && one.stop == stop; });
  if (found == marked_.end()) return;
  const auto worker = std::move(found->worker);
  marked_.erase(found);
  if (worker.empty()) throw std::runtime_error("injected crash");
  standing_.insert(worker);
  changed_.wait(hold, [&] { return !hanging_.contains(worker); });
  standing_.erase(worker);
}

void live_gate::take(caf::mailbox_element_ptr job, bool doomed) {
  const auto worker = caf::actor_cast<caf::strong_actor_ptr>(worker_);
  if (!worker) {
    if (job->sender) {
      auto gone = make_error(caf::sec::request_receiver_down);
      job->sender->enqueue(
          caf::make_mailbox_element(nullptr, job->mid.response_id(), {}, std::move(gone)), nullptr);
    }
    return;
  }
  if (job->content().match_elements<stage_job>()) {
    const auto& told = job->content().get_as<stage_job>(0);
    if (doomed) {
      jobs_.doom(told);
    } else if (jobs_.hangs(name_)) {
      jobs_.hold_up(told, name_);
    }
  }
  worker->enqueue(std::move(job), nullptr);
}

}  // namespace troupe::chaos
