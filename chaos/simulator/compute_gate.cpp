#include "chaos/simulator/compute_gate.hpp"

#include <utility>

namespace troupe::chaos {

namespace {

/// The same answer, as it would be had the worker been stopped.
caf::mailbox_element_ptr cut(caf::mailbox_element_ptr answer) {
  auto& content = answer->content();
  if (!content.match_elements<stage_answer>()) return answer;
  auto changed = content.get_as<stage_answer>(0);
  if (!changed.ran.empty() && !changed.ran.back().why) changed.ran.back().cut_short = true;
  return caf::make_mailbox_element(answer->sender, answer->mid, {}, std::move(changed));
}

bool is_error(const caf::mailbox_element& answer) {
  return answer.content().match_elements<caf::error>();
}

}  // namespace

/// Where the worker's answers go instead of to the asker.
class compute_gate::answers final : public passage {
 public:
  explicit answers(std::weak_ptr<compute_gate> of) : of_(std::move(of)) {}

  void pass(const caf::strong_actor_ptr&, caf::mailbox_element_ptr what,
            caf::execution_unit*) override {
    if (const auto gate = of_.lock()) gate->answered(std::move(what));
  }

 private:
  std::weak_ptr<compute_gate> of_;
};

compute_gate::compute_gate(simulation& in, caf::strong_actor_ptr worker)
    : in_(in), worker_(caf::actor_cast<caf::actor_addr>(worker)) {}

void compute_gate::watch() {
  if (std::exchange(watched_, true)) return;
  back_ = caf::actor_cast<caf::strong_actor_ptr>(
      interpose(in_.system(), caf::actor{}, std::make_shared<answers>(weak_from_this())));
  const auto worker = caf::actor_cast<caf::actor>(worker_);
  if (!worker) return worker_ended();
  worker->attach_functor([gate = weak_from_this()](const caf::error&) {
    if (const auto self = gate.lock()) self->worker_ended();
  });
}

void compute_gate::take(caf::mailbox_element_ptr job, bool doomed) {
  watch();
  queue_.push_back({std::move(job), doomed});
  next();
}

void compute_gate::hang(bool on) {
  hangs_ = on;
  if (!on && now_ && now_->answer && now_->due <= in_.now()) release(job_);
}

void compute_gate::next() {
  while (!now_ && !queue_.empty()) {
    auto [job, doomed] = std::move(queue_.front());
    queue_.pop_front();
    const auto worker = caf::actor_cast<caf::strong_actor_ptr>(worker_);
    if (!worker) {  // bounce as a mailbox that is closed does
      if (job->sender) {
        job->sender->enqueue(caf::make_mailbox_element(nullptr, job->mid.response_id(), {},
                                                       make_error(caf::sec::request_receiver_down)),
                             nullptr);
      }
      continue;
    }
    if (ended_) {
      worker->enqueue(std::move(job), nullptr);
      continue;
    }
    ++job_;
    now_ = std::make_unique<running>();
    now_->asker = job->sender;
    if (job->content().match_elements<stage_job>()) {
      const auto& content = job->content().get_as<stage_job>(0);
      now_->stop = content.stop;
      now_->deadline = content.deadline;
    }
    if (doomed) in_.doom(worker->id());
    job->sender = back_;
    worker->enqueue(std::move(job), nullptr);
  }
}

void compute_gate::answered(caf::mailbox_element_ptr answer) {
  if (!now_ || now_->answer) return;
  now_->answer = std::move(answer);
  now_->due = in_.now() + in_.computed();
  if (in_.computed() > duration{0} && computed_after) computed_after(now_->deadline);
  if (now_->due <= in_.now() && !hangs_) return release(job_);
  in_.at(now_->due, [gate = weak_from_this(), job = job_] {
    const auto self = gate.lock();
    if (self && !self->hangs_) self->release(job);
  });
  if (now_->stop.stop_possible()) {
    now_->on_stop.emplace(now_->stop, [gate = weak_from_this(), job = job_] {
      if (const auto self = gate.lock()) self->stop_asked(job);
    });
  }
}

void compute_gate::stop_asked(std::uint64_t job) {
  in_.after(stop_reaction, [gate = weak_from_this(), job] {
    const auto self = gate.lock();
    if (!self || self->job_ != job || !self->now_ || !self->now_->answer || self->hangs_) return;
    if (self->in_.now() < self->now_->due) self->now_->answer = cut(std::move(self->now_->answer));
    self->release(job);
  });
}

void compute_gate::release(std::uint64_t job) {
  if (job != job_ || !now_ || !now_->answer) return;
  const auto done = std::move(now_);
  if (done->asker) done->asker->enqueue(std::move(done->answer), nullptr);
  next();
}

void compute_gate::worker_ended() {
  ended_ = true;
  if (now_ && now_->answer) {
    // What killed the worker is told as it is; any other answer was never finished.
    if (!is_error(*now_->answer)) {
      now_->answer = caf::make_mailbox_element(now_->answer->sender, now_->answer->mid, {},
                                               make_error(caf::sec::request_receiver_down));
    }
    return release(job_);
  }
  next();
}

}  // namespace troupe::chaos
