#include "tests/actors/discovery/coordinator_fixture.hpp"

namespace troupe::test {
namespace {

TEST_F(coordinator_test, answers_with_what_all_stages_found_and_keeps_it_in_the_cache) {
  start();
  const auto got = send(job());
  ASSERT_TRUE(got->value);
  const auto& result = *got->value;
  EXPECT_FALSE(result->partial);
  EXPECT_FALSE(result->from_cache);
  for (const auto& one : result->stages) EXPECT_EQ(one.state, outcome::done) << one.why;
  ASSERT_TRUE(cache_->entry);
  EXPECT_EQ(cache_->entry->second, result);
}

TEST_F(coordinator_test, the_second_time_no_stage_is_asked) {
  start();
  send(job(1));
  const auto asked = stages_->got.size();
  const auto got = send(job(2));
  ASSERT_TRUE(got->value);
  EXPECT_TRUE((*got->value)->from_cache);
  EXPECT_EQ((*got->value)->id, request_id{2});
  EXPECT_EQ(stages_->got.size(), asked);
}

TEST_F(coordinator_test, a_request_that_wants_no_cache_neither_looks_nor_leaves_anything) {
  start();
  auto fresh = job();
  fresh.request.use_cache = false;
  send(fresh);
  EXPECT_FALSE(cache_->entry);
}

TEST_F(coordinator_test, a_shard_that_is_down_costs_a_hit_and_not_the_request) {
  start();
  caf::anon_send_exit(shard_, caf::exit_reason::kill);
  settle();
  EXPECT_TRUE(send(job())->value);
}

TEST_F(coordinator_test, a_shard_that_never_answers_costs_no_more_than_the_deadline) {
  start();
  cache_->hangs = true;
  const auto got = send(job(1, 100ms));
  advance(90ms);
  EXPECT_TRUE(got->open());
  advance(10ms);
  EXPECT_EQ(got->code(), errc::deadline_exceeded);
  EXPECT_EQ(got->times, 1);
}

TEST_F(coordinator_test,
       a_stage_that_hangs_is_asked_to_stop_and_is_missing_from_an_answer_in_time) {
  start();
  stages_->hangs = {stage::grammar};
  const auto got = send(job(1, 100ms));
  advance(99ms);
  ASSERT_TRUE(got->value);
  const auto& result = *got->value;
  EXPECT_TRUE(result->partial);
  EXPECT_TRUE(result->in_time);
  EXPECT_EQ(told(result, stage::grammar).state, outcome::late);
  const auto hung = std::ranges::find(stages_->got, stage_list{stage::grammar}, &stage_job::stages);
  ASSERT_NE(hung, stages_->got.end());
  EXPECT_TRUE(hung->stop.stop_requested());
  EXPECT_FALSE(cache_->entry) << "a partial result is not kept";
}

TEST_F(coordinator_test, without_any_result_the_first_failure_is_the_answer) {
  start();
  stages_->refuses = failure{errc::overloaded, "full"};
  const auto got = send(job());
  EXPECT_EQ(got->code(), errc::overloaded);
}

TEST_F(coordinator_test, refuses_what_comes_after_its_deadline_and_what_has_no_traffic) {
  start();
  EXPECT_EQ(send(job(1, 0ns))->code(), errc::deadline_exceeded);
  auto empty = job();
  empty.request.input = nullptr;
  EXPECT_EQ(send(empty)->code(), errc::bad_input);
  EXPECT_TRUE(stages_->got.empty());
}

TEST_F(coordinator_test, holds_no_more_requests_than_it_may) {
  start(1, 2);
  stages_->hangs = {stage::statistics};
  const auto first = send(job(1));
  const auto second = send(job(2));
  EXPECT_EQ(send(job(3))->code(), errc::overloaded);
  advance(100ms);
  EXPECT_EQ(first->times, 1);
  EXPECT_EQ(second->times, 1);
}

TEST_F(coordinator_test, works_on_no_more_at_once_than_admitted_and_goes_on_when_one_is_done) {
  at_once_ = 1;
  start(0);
  stages_->hangs = {stage::grammar};
  const auto first = send(job(1, 50ms));
  const auto second = send(job(2, 100ms));
  const auto asked_first = stages_->got.size();
  ASSERT_GT(asked_first, 0u);
  EXPECT_TRUE(std::ranges::all_of(stages_->got, [](const auto& one) { return one.id.value == 1; }));
  stages_->hangs.clear();
  advance(50ms);
  EXPECT_TRUE(first->value) << "partial, at its deadline";
  ASSERT_TRUE(second->value);
  EXPECT_FALSE((*second->value)->partial);
}

TEST_F(coordinator_test, what_would_wait_too_long_is_refused_and_told_when_to_try_again) {
  at_once_ = 1;
  start(0);
  stages_->hangs = {stage::grammar};
  std::vector<reply_ptr<discovery_result_ptr>> all;
  for (std::uint64_t id = 1; id <= 50; ++id) {
    all.push_back(send(job(id, 1s)));
    advance(10ms);
  }
  const auto refused =
      std::ranges::count_if(all, [](const auto& one) { return one->code() == errc::overloaded; });
  EXPECT_GT(refused, 25);
  advance(2s);
  for (const auto& one : all) EXPECT_EQ(one->times, 1);
}

TEST_F(coordinator_test, a_cached_answer_needs_no_turn) {
  at_once_ = 1;
  start();
  send(job(1));
  stages_->hangs = {stage::statistics};
  auto fresh = job(2);
  fresh.request.use_cache = false;
  const auto busy = send(fresh);
  const auto cached = send(job(3));
  ASSERT_TRUE(cached->value);
  EXPECT_TRUE((*cached->value)->from_cache);
  EXPECT_TRUE(busy->open());
}

TEST_F(coordinator_test, dying_of_one_request_it_blames_this_one_and_no_other) {
  start(0);
  stages_->hangs = {stage::statistics};
  const auto innocent = send(job(1));
  stages_->hangs.clear();
  stages_->reports_nonsense = true;
  const auto guilty = send(job(2));
  ASSERT_TRUE(guilty->error);
  EXPECT_EQ(guilty->code(), errc::crashed);
  const auto crash = crash_in(*guilty->error);
  ASSERT_TRUE(crash);
  EXPECT_EQ(crash->killer, request_id{2});
  ASSERT_TRUE(innocent->error);
  EXPECT_EQ(*innocent->error, caf::sec::request_receiver_down);
  EXPECT_EQ(innocent->times, 1);
}

TEST_F(coordinator_test, an_answer_to_another_job_is_not_taken) {
  start(0);
  stages_->answers_another_job = true;
  EXPECT_EQ(send(job())->code(), errc::internal);
}

TEST_F(coordinator_test, a_cache_entry_of_another_input_is_as_good_as_none) {
  start();
  send(job(1));
  ASSERT_TRUE(cache_->entry);
  auto foreign = std::make_shared<discovery_result>(*cache_->entry->second);
  foreign->input.low ^= 1;
  cache_->entry->second = foreign;
  const auto got = send(job(2));
  ASSERT_TRUE(got->value);
  EXPECT_FALSE((*got->value)->from_cache);
  EXPECT_EQ((*got->value)->input, (content_hash{5, 5}));
}

TEST_F(coordinator_test, a_new_route_is_used_from_the_next_job_on) {
  start(0);
  const auto other = std::make_shared<stage_script>();
  const auto instead = owned(system().spawn<shell<scripted_stage>>(other));
  for (const auto which : all_stages) caf::anon_send(coordinator_, stage_route{which, instead});
  EXPECT_TRUE(send(job())->value);
  EXPECT_TRUE(stages_->got.empty());
  EXPECT_FALSE(other->got.empty());
}

}  // namespace
}  // namespace troupe::test
