#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "actors/discovery/coordinator_actor.hpp"
#include "actors/shell/shell.hpp"
#include "tests/support/probes.hpp"
#include "tests/support/virtual_time.hpp"

namespace troupe::test {

using namespace std::chrono_literals;
using outcome = stage_report::outcome;

/// A stage that answers what its script says, or holds the job for ever.
struct stage_script {
  std::vector<stage_job> got;
  std::vector<stage> hangs;
  std::optional<failure> refuses;
  bool reports_nonsense = false;
  bool answers_another_job = false;
};

class scripted_stage {
 public:
  using handle = stage_actor;
  static constexpr const char* name = "scripted_stage";

  scripted_stage(handle::pointer self, std::shared_ptr<stage_script> script)
      : self_(self), script_(std::move(script)) {}

  handle::behavior_type make_behavior() {
    return {[this](const stage_job& job) -> caf::result<stage_answer> {
      script_->got.push_back(job);
      const auto hangs = [&](stage which) {
        return std::find(script_->hangs.begin(), script_->hangs.end(), which) !=
               script_->hangs.end();
      };
      if (std::any_of(job.stages.begin(), job.stages.end(), hangs)) {
        held_.push_back(self_->make_response_promise<stage_answer>());
        return held_.back();
      }
      if (script_->refuses) return make_error(*script_->refuses);
      return answer_to(job);
    }};
  }

 private:
  [[nodiscard]] stage_answer answer_to(const stage_job& job) const {
    stage_answer out{job.so_far, {}, job.content};
    if (script_->answers_another_job) out.content.low ^= 1;
    for (const auto which : job.stages) {
      switch (which) {
        case stage::statistics: out.found.stats = std::make_shared<statistics>(); break;
        case stage::grammar: out.found.grammar = std::make_shared<format>(); break;
        case stage::parser: out.found.parse = std::make_shared<parse_report>(); break;
        case stage::classifier: out.found.protocol = std::make_shared<classification>(); break;
        case stage::validator: out.found.validity = std::make_shared<validation>(); break;
      }
      const auto told = script_->reports_nonsense ? static_cast<stage>(99) : which;
      out.ran.push_back({told, 1us, false, {}});
    }
    return out;
  }

  handle::pointer self_;
  std::shared_ptr<stage_script> script_;
  std::vector<caf::typed_response_promise<stage_answer>> held_;
};

/// A cache shard with one entry at most.
struct shard_script {
  std::optional<std::pair<content_hash, discovery_result_ptr>> entry;
  bool hangs = false;
  cache_answer gives;  // with an entry: of what age; without one: the ticket
  std::vector<cache_lookup> asked;
  std::vector<cache_insert> kept;
  std::vector<cache_abandon> abandoned;
};

class scripted_shard {
 public:
  using handle = cache_shard_actor;
  static constexpr const char* name = "scripted_shard";

  scripted_shard(handle::pointer self, std::shared_ptr<shard_script> script)
      : self_(self), script_(std::move(script)) {}

  handle::behavior_type make_behavior() {
    return {
        [this](const cache_lookup& lookup) -> caf::result<cache_answer> {
          script_->asked.push_back(lookup);
          if (script_->hangs) {
            held_ = self_->make_response_promise<cache_answer>();
            return held_;
          }
          auto out = script_->gives;
          const auto& entry = script_->entry;
          if (entry && entry->first == lookup.key) out.result = entry->second;
          return out;
        },
        [](const cache_sample&) { return cache_sampled{}; },
        [](const cache_warm&) { return warm_counts{}; },
        [this](const cache_insert& insert) {
          script_->kept.push_back(insert);
          script_->entry.emplace(insert.key, insert.result);
        },
        [this](const cache_abandon& one) { script_->abandoned.push_back(one); },
        [](const cache_invalidate&) {},
        [](const store_route&) {},
        [](tick_atom) {},
    };
  }

 private:
  handle::pointer self_;
  std::shared_ptr<shard_script> script_;
  caf::typed_response_promise<cache_answer> held_;
};

class coordinator_test : public virtual_time {
 protected:
  void start(std::size_t shards = 1, std::uint32_t waiting_limit = 100) {
    auto& rules = rules_;
    rules.waiting_limit = waiting_limit;
    rules.stale_if_error = 1h;
    rules.run.fuse_below = 0ns;  // each stage is a job of its own
    rules.admit.limit.initial = rules.admit.limit.min = at_once_;
    rules.admit.limit.max = at_once_;
    coordinator_state::dependencies with;
    with.known.stages.fill(owned(system().spawn<shell<scripted_stage>>(stages_)));
    shard_ = owned(system().spawn<shell<scripted_shard>>(cache_));
    with.known.shards.assign(shards, shard_);
    with.costs = std::make_shared<cost_model>();
    with.probe = make_probe<discovery_probe>(std::string("c"));
    coordinator_ = owned(system().spawn<shell<coordinator_state>>(rules, with));
  }

  [[nodiscard]] coordinator_job job(std::uint64_t id = 1, duration budget = 100ms) {
    coordinator_job out;
    out.request.id = {id};
    out.request.input = input_;
    out.input = {5, 5};
    out.accepted = now();
    out.deadline = now() + budget;
    return out;
  }

  reply_ptr<discovery_result_ptr> send(const coordinator_job& what) {
    return ask_now<discovery_result_ptr>(coordinator_, what);
  }

  static const stage_report& told(const discovery_result_ptr& result, stage which) {
    return result->stages.at(static_cast<std::size_t>(which));
  }

  coordinator_state::options rules_;
  double at_once_ = 20;
  traffic_group_ptr input_ = std::make_shared<traffic_group>();
  std::shared_ptr<stage_script> stages_ = std::make_shared<stage_script>();
  std::shared_ptr<shard_script> cache_ = std::make_shared<shard_script>();
  cache_shard_actor shard_;
  coordinator_actor coordinator_;
};

}  // namespace troupe::test
