#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "chaos/world/edge.hpp"
#include "messages/stage.hpp"

namespace troupe::chaos {

/// What is to happen to jobs when their stage really runs, on whatever thread: the handler throws,
/// or does not get anywhere. Thread-safe.
class live_jobs {
 public:
  /// The handler of this job is to throw.
  void doom(const stage_job& job);
  /// The handler of this job is to stand still while `worker` hangs.
  void hold_up(const stage_job& job, const std::string& worker);
  void hang(const std::string& worker, bool on);
  [[nodiscard]] bool hangs(const std::string& worker);
  void end_hangs();

  /// On the thread of the stage, before it computes.
  void begin(stage which, const std::stop_token& stop);

 private:
  struct marked {
    stage which = stage::statistics;  // the first of its job
    std::stop_token stop;             // names the job, with its hedge: no others have the same
    time_point deadline;              // it may never run: forgotten after this
    std::string worker;               // that hangs; empty: it is to throw
  };

  void mark(const stage_job& job, std::string worker);

  std::mutex lock_;
  std::condition_variable changed_;
  std::vector<marked> marked_;
  std::set<std::string> hanging_;
  std::set<std::string> standing_;  // of these, who has a job in hand that stands still
};

/// Stands before one live worker.
class live_gate final : public job_gate {
 public:
  /// `name`: of this incarnation; the next one does not hang with it.
  live_gate(live_jobs& jobs, caf::actor_addr worker, std::string name)
      : jobs_(jobs), worker_(std::move(worker)), name_(std::move(name)) {}

  void take(caf::mailbox_element_ptr job, bool doomed) override;
  void hang(bool on) override { jobs_.hang(name_, on); }

 private:
  live_jobs& jobs_;
  caf::actor_addr worker_;
  std::string name_;
};

}  // namespace troupe::chaos
