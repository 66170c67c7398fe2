#include "tests/actors/discovery/coordinator_fixture.hpp"

namespace troupe::test {
namespace {

TEST_F(coordinator_test, waits_for_anothers_answer_for_half_of_what_is_left) {
  start();
  cache_->hangs = true;
  const auto accepted = now();
  send(job(1, 100ms));
  ASSERT_EQ(cache_->asked.size(), 1U);
  const auto& asked = cache_->asked.front();
  EXPECT_GT(asked.deadline, accepted + 90ms);
  EXPECT_EQ(asked.wait_until, accepted + (asked.deadline - accepted) / 2);
}

TEST_F(coordinator_test, an_answer_from_the_cache_says_how_old_it_is) {
  start();
  send(job(1));
  cache_->gives.age = 7s;
  const auto got = send(job(2));
  ASSERT_TRUE(got->value);
  EXPECT_EQ((*got->value)->age, 7s);
}

TEST_F(coordinator_test, a_leaders_whole_result_is_kept_with_the_time_its_work_began) {
  start();
  cache_->gives.ticket = 4;
  const auto accepted = now();
  send(job(1));
  ASSERT_EQ(cache_->kept.size(), 1U);
  EXPECT_EQ(cache_->kept.front().begun, accepted);
  EXPECT_TRUE(cache_->abandoned.empty());
}

TEST_F(coordinator_test, a_leader_with_a_partial_result_leaves_its_turn_to_the_next) {
  start();
  cache_->gives.ticket = 4;
  stages_->hangs = {stage::grammar};
  send(job(1, 100ms));
  EXPECT_TRUE(cache_->abandoned.empty());
  advance(100ms);
  ASSERT_EQ(cache_->abandoned.size(), 1U);
  EXPECT_EQ(cache_->abandoned.front().ticket, 4U);
  EXPECT_TRUE(cache_->kept.empty());
}

TEST_F(coordinator_test, a_leader_that_is_killed_leaves_its_turn_to_the_next) {
  start();
  cache_->gives.ticket = 4;
  stages_->hangs = {stage::statistics};
  send(job(1, 100ms));
  caf::anon_send_exit(coordinator_, caf::exit_reason::kill);
  settle();
  ASSERT_EQ(cache_->abandoned.size(), 1U);
  EXPECT_EQ(cache_->abandoned.front().ticket, 4U);
}

TEST_F(coordinator_test, a_failure_of_the_input_is_kept_and_one_of_ours_is_not) {
  start();
  stages_->refuses = failure{errc::overloaded, "full"};
  cache_->gives.ticket = 4;
  send(job(1));
  EXPECT_TRUE(cache_->kept.empty());
  EXPECT_EQ(cache_->abandoned.size(), 1U);
  stages_->refuses = failure{errc::bad_input, "no such bytes"};
  send(job(2));
  ASSERT_EQ(cache_->kept.size(), 1U);
  EXPECT_EQ(cache_->kept.front().result, nullptr);
  EXPECT_EQ(cache_->kept.front().why.code, errc::bad_input);
}

TEST_F(coordinator_test, a_failure_that_is_remembered_is_the_answer) {
  start();
  cache_->gives.why = {errc::bad_input, "no such bytes"};
  const auto got = send(job(1));
  EXPECT_EQ(got->code(), errc::bad_input);
  EXPECT_TRUE(stages_->got.empty());
}

TEST_F(coordinator_test, a_stale_answer_comes_at_once_and_is_computed_anew_behind_it) {
  start();
  send(job(1));
  const auto asked = stages_->got.size();
  cache_->gives.stale = true;
  cache_->gives.age = 6min;
  cache_->gives.ticket = 9;
  cache_->kept.clear();
  const auto got = send(job(2));
  ASSERT_TRUE(got->value);
  EXPECT_TRUE((*got->value)->from_cache);
  EXPECT_EQ((*got->value)->age, 6min);
  EXPECT_EQ(stages_->got.size(), 2 * asked);
  ASSERT_EQ(cache_->kept.size(), 1U);
  EXPECT_FALSE(cache_->kept.front().result->from_cache);
  EXPECT_EQ(cache_->asked.size(), 2U) << "what computes anew does not look again";
}

TEST_F(coordinator_test, who_takes_a_cached_answer_gets_the_last_one_when_no_whole_one_comes) {
  start();
  send(job(1));
  const auto last = cache_->entry->second;
  cache_->entry.reset();
  cache_->gives.last = last;
  cache_->gives.last_age = 20min;
  stages_->hangs = {stage::grammar};
  const auto got = send(job(2));
  advance(100ms);
  ASSERT_TRUE(got->value);
  const auto& result = **got->value;
  EXPECT_EQ(result.used, fallback::cached);
  EXPECT_EQ(result.id, request_id{2});
  EXPECT_FALSE(result.partial);
  EXPECT_GT(result.age, 20min);
  EXPECT_NE(result.fallback_why.find("grammar late"), std::string::npos);
  auto part_first = job(3);
  part_first.request.fallbacks = {fallback::partial, fallback::cached, fallback::none};
  const auto part = send(part_first);
  advance(100ms);
  ASSERT_TRUE(part->value);
  EXPECT_EQ((*part->value)->used, fallback::partial);
}

TEST_F(coordinator_test, the_last_answer_also_serves_whom_overload_turns_away) {
  at_once_ = 1;
  start();
  send(job(1));
  cache_->gives.last = cache_->entry->second;
  cache_->entry.reset();
  stages_->hangs = {stage::grammar};
  std::vector<reply_ptr<discovery_result_ptr>> all;
  for (std::uint64_t id = 2; id <= 50; ++id) {
    all.push_back(send(job(id, 1s)));
    advance(10ms);
  }
  advance(2s);
  std::size_t stale = 0;
  for (const auto& one : all) {
    ASSERT_TRUE(one->value) << to_string(one->code());
    if ((*one->value)->used == fallback::cached) ++stale;
    EXPECT_EQ(one->times, 1);
  }
  EXPECT_GT(stale, 25U);
}

TEST_F(coordinator_test, who_takes_no_cached_answer_does_not_ask_for_the_last_one) {
  start();
  auto strict = job(1);
  strict.request.fallbacks = {fallback::partial, fallback::none, fallback::none};
  send(strict);
  ASSERT_EQ(cache_->asked.size(), 1U);
  EXPECT_EQ(cache_->asked.front().last_up_to, 0ns);
}

class late_answers : public coordinator_test {
 protected:
  void partial_in_time(std::uint64_t id = 1) {
    stages_->hangs = {stage::grammar};
    const auto got = send(job(id));
    stages_->hangs.clear();
    advance(100ms);
    ASSERT_TRUE(got->value);
    EXPECT_TRUE((*got->value)->partial);
  }
};

TEST_F(late_answers, are_made_whole_for_the_cache_behind_their_callers) {
  rules_.late_time = 1s;
  start();
  partial_in_time();
  ASSERT_EQ(cache_->kept.size(), 1U);
  EXPECT_FALSE(cache_->kept[0].result->partial);
  EXPECT_EQ(cache_->kept[0].result->budget, 1s);
  ASSERT_TRUE(cache_->entry);
  const auto again = send(job(2));
  ASSERT_TRUE(again->value);
  EXPECT_TRUE((*again->value)->from_cache);
}

TEST_F(late_answers, stay_as_they_are_where_that_is_off_or_no_cache_is_wanted) {
  start();
  partial_in_time();
  EXPECT_TRUE(cache_->kept.empty());
}

TEST_F(late_answers, that_stay_late_are_not_tried_twice_in_a_row) {
  rules_.late_time = 200ms;
  start();
  stages_->hangs = {stage::grammar};
  send(job(1));
  advance(100ms);
  const auto asked = stages_->got.size();
  advance(200ms);
  send(job(2));
  advance(100ms);
  EXPECT_EQ(stages_->got.size(), asked + 3) << "statistics, grammar, classifier of the second";
  EXPECT_TRUE(cache_->kept.empty());
}

TEST_F(late_answers, are_left_alone_when_half_of_the_hands_are_busy_or_a_stage_failed) {
  rules_.late_time = 1s;
  at_once_ = 2;
  start();
  stages_->hangs = {stage::grammar};
  auto long_one = job(1, 10s);
  long_one.request.seed = 1;
  send(long_one);
  partial_in_time(2);
  EXPECT_TRUE(cache_->kept.empty());
  advance(10s);
  cache_->kept.clear();
  stages_->refuses = failure{errc::unavailable, "nobody is there"};
  send(job(3));
  advance(100ms);
  EXPECT_TRUE(cache_->kept.empty());
}

}  // namespace
}  // namespace troupe::test
