#include "runtime/supervision/router.hpp"

#include <gtest/gtest.h>

#include "tests/runtime/supervision/scripted_worker.hpp"
#include "tests/support/virtual_time.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;
using namespace supervision;

class router_test : public virtual_time {
 protected:
  // One router, and a supervisor with scripted workers that announces them to it.
  void start(std::size_t workers, supervisor_spec rules = {}, routing_options settings = {}) {
    router_ = owned(spawn_stage_router(system(), {settings}));
    supervisor_plan plan;
    plan.rules = rules;
    for (std::size_t number = 1; number <= workers; ++number) {
      const auto spawn = [this](spawn_context& context) {
        return spawn_worker<shell<scripted_worker_state>>(context, placement::pool, script_);
      };
      plan.children.push_back(
          actor_child("worker-" + std::to_string(number), spawn, placement::pool));
    }
    top_ = owned(spawn_root(system(), std::move(plan), {}));
    caf::anon_send(top_, subscribe{caf::actor_cast<child_listener>(router_)});
    settle();
  }

  reply_ptr<stage_answer> send(std::uint64_t id, duration budget = 1s) {
    return ask<stage_answer>(router_, job_with(id, now() + budget));
  }

  [[nodiscard]] router_report report() {
    return *ask_now<router_report>(router_, router_report_atom::value)->value;
  }

  std::shared_ptr<script> script_ = std::make_shared<script>();
  stage_router router_;
  supervisor top_;
};

TEST_F(router_test, a_job_is_answered_by_a_worker) {
  start(1);
  auto answer = send(1);
  settle();
  EXPECT_TRUE(answer->value);
  EXPECT_EQ(script_->handled, (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(report().counters.answered, 1u);
  EXPECT_EQ(report().in_flight, 0u);
}

TEST_F(router_test, the_error_of_a_worker_is_the_answer) {
  start(1);
  auto job = job_with(1, now() + 1s);
  job.stages = {stage::grammar};
  auto answer = ask_now<stage_answer>(router_, job);
  EXPECT_EQ(answer->code(), errc::grammar_failed);
  EXPECT_EQ(report().counters.failed, 1u);
}

TEST_F(router_test, a_job_that_kills_once_is_answered_by_the_next_incarnation) {
  start(1);
  script_->kills[1] = 1;
  auto answer = send(1);
  settle();
  EXPECT_FALSE(answer->value) << "it pauses, up to 1 ms";
  advance(2ms);
  EXPECT_TRUE(answer->value);
  EXPECT_EQ(answer->times, 1);
  EXPECT_EQ(script_->handled, (std::vector<std::uint64_t>{1, 1}));
  EXPECT_EQ(report().counters.crashes, 1u);
}

TEST_F(router_test, a_job_that_kills_twice_is_poisoned_and_kept_as_a_dead_letter) {
  start(1);
  script_->kills[7] = 100;
  auto poisonous = send(7);
  auto innocent = send(8);
  settle();
  advance(2ms);
  EXPECT_EQ(poisonous->code(), errc::poisoned);
  EXPECT_TRUE(innocent->value);
  EXPECT_EQ(script_->kills[7], 98);
  const auto letters = report().dead_letters;
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0], (dead_letter{"worker-1", {7}, "scripted crash", 2}));
}

TEST_F(router_test, jobs_behind_a_killer_are_sent_again_and_are_not_blamed) {
  start(1);
  script_->kills[1] = 1;
  std::vector<reply_ptr<stage_answer>> answers;
  for (std::uint64_t id = 1; id <= 50; ++id) answers.push_back(send(id));
  settle();
  advance(5ms);
  for (const auto& answer : answers) EXPECT_TRUE(answer->value) << answer->times;
  EXPECT_EQ(script_->handled.size(), 51u);  // only the killer ran twice
}

TEST_F(router_test, jobs_wait_for_the_first_worker) {
  router_ = owned(spawn_stage_router(system(), {}));
  auto answer = send(1);
  settle();
  EXPECT_TRUE(answer->open());
  auto worker = owned(system().spawn<shell<scripted_worker_state>>(script_));
  caf::anon_send(router_,
                 child_up{"worker-1", {1}, placement::pool, caf::actor_cast<caf::actor>(worker)});
  settle();
  EXPECT_TRUE(answer->value);
}

TEST_F(router_test, the_deadline_of_a_waiting_job_is_kept) {
  router_ = owned(spawn_stage_router(system(), {}));
  auto answer = send(1, 10ms);
  advance(9ms);
  EXPECT_TRUE(answer->open());
  advance(2ms);
  EXPECT_EQ(answer->code(), errc::deadline_exceeded);
  EXPECT_EQ(report().waiting, 0u);
  EXPECT_FALSE(scheduler().has_pending_timeout()) << "nothing ticks while nothing is open";
}

TEST_F(router_test, a_job_that_comes_after_its_deadline_is_refused_and_never_sent) {
  start(1);
  auto answer = send(1, 0ms);
  settle();
  EXPECT_EQ(answer->code(), errc::deadline_exceeded);
  EXPECT_TRUE(script_->handled.empty());
}

TEST_F(router_test, more_waiting_jobs_than_the_limit_are_refused) {
  router_ = owned(spawn_stage_router(system(), {{.waiting_limit = 2}}));
  auto first = send(1);
  auto second = send(2);
  auto third = send(3);
  settle();
  EXPECT_TRUE(first->open());
  EXPECT_TRUE(second->open());
  EXPECT_EQ(third->code(), errc::overloaded);
}

TEST_F(router_test, when_the_supervisor_gives_up_everything_parked_is_unavailable) {
  start(1, {.max_restarts = 0});
  script_->kills[1] = 1;
  auto killer = send(1);
  auto behind = send(2);
  settle();
  EXPECT_EQ(killer->code(), errc::unavailable);
  EXPECT_EQ(behind->code(), errc::unavailable);
  auto later = send(3);
  settle();
  EXPECT_EQ(later->code(), errc::unavailable);
}

TEST_F(router_test, a_stopped_router_answers_stopping) {
  router_ = owned(spawn_stage_router(system(), {}));
  auto answer = send(1);
  settle();
  caf::anon_send_exit(router_, caf::exit_reason::user_shutdown);
  settle();
  EXPECT_EQ(answer->code(), errc::stopping);
  EXPECT_EQ(answer->times, 1);
}

TEST_F(router_test, a_killed_router_still_answers) {
  router_ = owned(spawn_stage_router(system(), {}));
  auto answer = send(1);
  settle();
  caf::anon_send_exit(router_, caf::exit_reason::kill);
  settle();
  EXPECT_EQ(answer->code(), errc::unavailable);
  EXPECT_EQ(answer->times, 1);
}

TEST_F(router_test, a_coordinator_router_can_be_used_as_the_coordinator_conversation) {
  auto routed = owned(spawn_coordinator_router(system(), {}));
  coordinator_job job;
  job.deadline = now() + 1ms;
  auto answer = ask<discovery_result_ptr>(routed, job);
  advance(1ms + coordinator_grace - 1ns);
  EXPECT_TRUE(answer->open()) << "coordinators answer by themselves, if they can";
  advance(1ms);
  EXPECT_EQ(answer->code(), errc::deadline_exceeded);
}

/// Knows the answer to requests with an even id, and what it was told to keep.
class even_shortcut : public shortcut<coordinator_job, discovery_result_ptr> {
 public:
  std::optional<discovery_result_ptr> find(const coordinator_job& job, time_point) override {
    if (job.request.id.value % 2 == 1) return std::nullopt;
    return std::make_shared<const discovery_result>();
  }
  void keep(const coordinator_job& job, const discovery_result_ptr&, time_point) override {
    kept.push_back(job.request.id.value);
  }

  std::vector<std::uint64_t> kept;
};

class answering_coordinator {
 public:
  using handle = caf::typed_actor<caf::replies_to<coordinator_job>::with<discovery_result_ptr>>;
  static constexpr const char* name = "answering_coordinator";
  explicit answering_coordinator(handle::pointer) {}
  handle::behavior_type make_behavior() {
    return {[](const coordinator_job& job) -> discovery_result_ptr {
      auto result = std::make_shared<discovery_result>();
      result->id = job.request.id;
      return result;
    }};
  }
};

TEST_F(router_test, what_its_shortcut_knows_needs_no_worker_and_what_a_worker_answers_is_kept) {
  const auto known = std::make_shared<even_shortcut>();
  const auto routed = owned(spawn_coordinator_router(system(), {}, known));
  const auto send_job = [&](std::uint64_t id) {
    coordinator_job job;
    job.request.id = {id};
    job.deadline = now() + 1s;
    return ask_now<discovery_result_ptr>(routed, job);
  };
  EXPECT_TRUE(send_job(2)->value) << "there is no worker yet";
  const auto worker = owned(system().spawn<shell<answering_coordinator>>());
  caf::anon_send(routed, child_up{"c", {1}, placement::pool, caf::actor_cast<caf::actor>(worker)});
  EXPECT_TRUE(send_job(3)->value);
  EXPECT_TRUE(send_job(4)->value);
  EXPECT_EQ(known->kept, (std::vector<std::uint64_t>{3}));
}

}  // namespace
}  // namespace troupe::test
