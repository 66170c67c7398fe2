#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "actors/shell/shell.hpp"
#include "messages/stage.hpp"
#include "runtime/supervision/supervisor_actor.hpp"

namespace troupe::test {

/// What a scripted worker does, by request id, and what it did.
struct script {
  std::map<std::uint64_t, int> kills;  // how many more times a request throws
  std::vector<std::uint64_t> handled;
};

/// A stage worker that throws when its script says so.
struct scripted_worker_state {
  using handle = stage_actor;
  static constexpr const char* name = "scripted_worker";

  scripted_worker_state(handle::pointer, std::shared_ptr<script> what) : plan(std::move(what)) {}

  handle::behavior_type make_behavior() {
    return {[this](const stage_job& job) -> caf::result<stage_answer> {
      plan->handled.push_back(job.id.value);
      auto& left = plan->kills[job.id.value];
      if (left > 0) {
        --left;
        throw std::runtime_error("scripted crash");
      }
      if (!job.stages.empty()) return make_error(errc::grammar_failed, "scripted failure");
      return stage_answer{};
    }};
  }

  std::shared_ptr<script> plan;
};

inline stage_job job_with(std::uint64_t id, time_point deadline, duration cost = {}) {
  stage_job job;
  job.id = {id};
  job.deadline = deadline;
  job.predicted_cost = cost;
  return job;
}

}  // namespace troupe::test
