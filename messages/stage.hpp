#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "messages/caf.hpp"
#include "messages/discovery.hpp"
#include "messages/stage_list.hpp"

namespace troupe {

/// One piece of work for the pipeline: run `stages`, in this order, on `input`, given what was
/// found so far. Running it twice does no harm.
struct stage_job {
  request_id id;
  trace_id trace;
  time_point deadline;
  content_hash content;  // work_name of the input and these stages
  stage_list stages;
  quality_mode mode = quality_mode::balanced;
  validation_level level = validation_level::standard;
  std::uint64_t seed = 0;
  std::stop_token stop;        // asked for when the coordinator needs the best so far
  duration predicted_cost{0};  // where it runs: cheap work stays on the pool
  traffic_group_ptr input;
  findings so_far;
  bool hedge = false;  // may run at two workers at once, if the first is slow
};

/// How one stage of a job went.
struct stage_run {
  stage which = stage::statistics;
  duration took{0};
  bool cut_short = false;
  failure why;  // none: it added its result to the findings
};

/// What came of it: `found` is `so_far` and what these stages added; one run for each stage of the
/// job.
struct stage_answer {
  findings found;
  std::vector<stage_run> ran;
  content_hash content;  // of the job
};

/// Whether `answer` is one to `job` at all: askers look, and take nothing else.
[[nodiscard]] inline bool belongs_to(const stage_answer& answer, const stage_job& job) noexcept {
  return answer.content == job.content;
}

using stage_actor = caf::typed_actor<caf::replies_to<stage_job>::with<stage_answer>>;

}  // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stage_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stage_answer)
