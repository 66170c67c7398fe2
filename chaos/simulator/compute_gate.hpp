#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "chaos/simulator/simulation.hpp"
#include "chaos/world/edge.hpp"
#include "messages/stage.hpp"

namespace troupe::chaos {

/// Makes the computation of a stage worker take virtual time: jobs reach the worker one at a time,
/// and its answer leaves when the time that the handler computed (`simulation::compute`) has
/// passed. A job that is asked to stop meanwhile answers shortly after with what it has, marked as
/// cut short; a worker that ends meanwhile takes its job and those that wait with it, as in life.
class compute_gate final : public job_gate, public std::enable_shared_from_this<compute_gate> {
 public:
  /// From the request to stop to the answer: a stage looks at its token every 50 us.
  static constexpr duration stop_reaction = std::chrono::microseconds(50);

  compute_gate(simulation& in, caf::strong_actor_ptr worker);

  void take(caf::mailbox_element_ptr job, bool doomed) override;
  void hang(bool on) override;

  /// Called when a stage has computed, with the deadline of its job. May be empty.
  std::function<void(time_point deadline)> computed_after;

  [[nodiscard]] std::size_t waiting() const noexcept { return queue_.size(); }

 private:
  class answers;
  struct running {
    caf::strong_actor_ptr asker;
    caf::mailbox_element_ptr answer;  // null: the handler has not run yet
    time_point due;
    std::stop_token stop;
    time_point deadline;
    std::optional<std::stop_callback<std::function<void()>>> on_stop;
  };

  void watch();
  void next();
  void answered(caf::mailbox_element_ptr answer);
  void stop_asked(std::uint64_t job);
  void release(std::uint64_t job);
  void worker_ended();

  simulation& in_;
  caf::actor_addr worker_;
  caf::strong_actor_ptr back_;  // the worker's asker, as it sees it; no actor stands behind it
  struct waiting_job {
    caf::mailbox_element_ptr message;
    bool doomed = false;
  };

  std::deque<waiting_job> queue_;
  std::unique_ptr<running> now_;  // null: the worker is free
  std::uint64_t job_ = 0;         // number of the one in `now_`
  bool hangs_ = false;
  bool ended_ = false;
  bool watched_ = false;
};

}  // namespace troupe::chaos
