#include "actors/pipeline/worker/stage_worker_actor.hpp"

#include <utility>

namespace troupe {

stage_worker_state::stage_worker_state(handle::pointer self, dependencies with)
    : self_(self), with_(std::move(with)) {}

caf::result<stage_answer> stage_worker_state::run(const stage_job& job) {
  auto now = with_.time.now(self_);
  if (now >= job.deadline) {
    with_.probe->expired();
    return make_error(errc::deadline_exceeded, "its deadline passed while it waited for a worker");
  }
  if (!job.input) return make_error(errc::bad_input, "a stage job without traffic");
  const stage_input input{*job.input, job.level, {job.mode, job.seed, job.stop}};
  stage_answer answer{job.so_far, {}, job.content};
  for (const auto which : job.stages) {
    stage_run one{which, {}, false, {}};
    if (!answer.ran.empty() && now >= job.deadline) {
      one.why = {errc::deadline_exceeded, "the stages before it took until the deadline"};
      answer.ran.push_back(std::move(one));
      continue;
    }
    one.why = (*with_.stages)[static_cast<std::size_t>(which)](input, answer.found, one.cut_short);
    const auto end = with_.time.now(self_);
    one.took = end - now;
    now = end;
    with_.probe->ran(which, one.took, one.why.code);
    answer.ran.push_back(std::move(one));
  }
  return answer;
}

stage_worker_state::handle::behavior_type stage_worker_state::make_behavior() {
  if (with_.on_own_thread) with_.on_own_thread();
  return {[this](const stage_job& job) { return run(job); }};
}

}  // namespace troupe
