// Retries and hedges of a routing table: both from one budget.

#include <gtest/gtest.h>

#include <random>

#include "runtime/supervision/routing_table.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;
using fate = routing_table::fate;
using loss = routing_table::loss;

constexpr time_point begin = time_point{} + 1h;
constexpr duration cost = 2ms;  // of every job here

class second_attempts_test : public ::testing::Test {
 protected:
  explicit second_attempts_test(retry_budget::options budget = {0.1, 0.05, 10}) {
    routing_options rules;
    rules.detached_depth = 1;
    rules.kills_limit = 1000;
    rules.issues_limit = 1000;
    rules.waiting_limit = 100'000;
    rules.retries = budget;
    table.emplace(rules);
    first = table->up("a", {1}, placement::detached);
    second = table->up("b", {1}, placement::detached);
  }

  routing_table::departure send(bool hedge = true) {
    const auto [verdict, job] = table->admit({{1}, cost, now + 1s, {}, hedge}, now);
    EXPECT_EQ(verdict, routing_table::admission::accepted);
    const auto left = table->next(now);
    EXPECT_TRUE(left);
    return left.value_or(routing_table::departure{});
  }

  void answer(const routing_table::departure& sent) {
    table->took(sent, now);
    EXPECT_TRUE(table->answered(sent, false));
  }

  // Jobs that take as long as predicted, for the estimate.
  void learn(int jobs = 64, duration each = cost) {
    for (int i = 0; i < jobs; ++i) {
      const auto sent = send();
      now += each;
      answer(sent);
    }
    now += 3s;
    const auto sent = send();
    now += each;
    answer(sent);
  }

  std::optional<routing_table> table;
  routing_table::worker_index first = 0;
  routing_table::worker_index second = 0;
  time_point now = begin;
  std::uint64_t life = 1;
};

TEST_F(second_attempts_test, a_stage_that_always_crashes_sees_at_most_a_tenth_more_than_is_asked) {
  std::uint64_t offered = 0;
  std::uint64_t attempts = 0;
  std::uint64_t answered = 0;
  for (; now < begin + 60s; now += 10ms) {  // 100 a second
    ASSERT_EQ(table->admit({{++offered}, cost, now + 1s}, now).verdict,
              routing_table::admission::accepted);
    while (const auto sent = table->next(now)) {
      ++attempts;
      const auto how = table->lost(*sent, loss::crashed, "always", now);
      if (how == fate::not_retried) ++answered;
      table->up("a", {++life}, placement::detached);
      table->up("b", {life}, placement::detached);
    }
  }
  EXPECT_LE(static_cast<double>(attempts), 1.1 * static_cast<double>(offered));
  EXPECT_EQ(answered + table->waiting(), offered);
  EXPECT_EQ(table->counters().not_retried, answered);
}

TEST_F(second_attempts_test, what_stood_behind_a_crash_is_sent_again_without_a_budget) {
  const auto one = send();
  table->up("a", {2}, placement::detached);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(table->lost(i == 0 ? one : *table->next(now), loss::dropped, "behind", now),
              fate::parked);
    now += 50ms;
    table->up("a", {static_cast<std::uint64_t>(3 + i)}, placement::detached);
  }
}

TEST_F(second_attempts_test, a_job_is_hedged_at_the_instant_at_which_it_is_slower_than_most) {
  learn();
  const auto sent = send();
  ASSERT_TRUE(table->next_hedge_due());
  now = sent.when + cost - 1ns;
  EXPECT_FALSE(table->next_hedge(now));
  now += 1ns;
  const auto hedge = table->next_hedge(now);
  ASSERT_TRUE(hedge);
  EXPECT_EQ(hedge->job, sent.job);
  EXPECT_NE(hedge->worker, sent.worker);
  EXPECT_FALSE(table->next_hedge(now + 1s)) << "one extra attempt";
}

TEST_F(second_attempts_test, the_first_answer_counts_and_the_other_is_late) {
  learn();
  const auto sent = send();
  const auto hedge = table->next_hedge(now + 1s);
  ASSERT_TRUE(hedge);
  EXPECT_TRUE(table->answered(*hedge, false));
  EXPECT_FALSE(table->answered(sent, false));
  EXPECT_EQ(table->counters().hedges_won, 1U);
  EXPECT_EQ(table->counters().late, 1U);
  EXPECT_EQ(table->open(), 0U);
  // Both places are free again.
  static_cast<void>(send());
  static_cast<void>(send());
}

TEST_F(second_attempts_test, while_the_loser_is_at_work_its_place_is_taken) {
  learn();
  static_cast<void>(send());
  const auto hedge = table->next_hedge(now + 1s);
  ASSERT_TRUE(hedge);
  EXPECT_TRUE(table->answered(*hedge, false));
  EXPECT_EQ(send().worker, hedge->worker);
  ASSERT_EQ(table->admit({{9}, cost, now + 1s}, now).verdict, routing_table::admission::accepted);
  EXPECT_FALSE(table->next(now)) << "the slow one is still busy";
}

TEST_F(second_attempts_test, when_one_of_two_workers_dies_the_other_goes_on) {
  for (const bool first_dies : {true, false}) {
    learn();
    const auto sent = send();
    const auto hedge = table->next_hedge(now + 1s);
    ASSERT_TRUE(hedge);
    const auto& dead = first_dies ? sent : *hedge;
    const auto& alive = first_dies ? *hedge : sent;
    EXPECT_EQ(table->lost(dead, loss::crashed, "died", now), fate::late);
    EXPECT_TRUE(table->is_open(sent.job));
    EXPECT_TRUE(table->answered(alive, false));
    now += 20s;
    table->up("a", {++life + 1}, placement::detached);
    table->up("b", {life + 1}, placement::detached);
  }
}

TEST_F(second_attempts_test, a_deadline_ends_both_attempts_once) {
  learn();
  const auto sent = send();
  ASSERT_TRUE(table->next_hedge(now + 500ms));
  EXPECT_EQ(table->sweep(now + 1s), std::vector{sent.job});
  EXPECT_TRUE(table->sweep(now + 2s).empty());
  EXPECT_EQ(table->counters().expired, 1U);
}

TEST_F(second_attempts_test, nothing_is_hedged_unasked_nor_without_an_idle_worker) {
  learn();
  static_cast<void>(send(false));
  EXPECT_FALSE(table->next_hedge(now + 500ms));
  static_cast<void>(send(true));
  EXPECT_FALSE(table->next_hedge(now + 900ms)) << "the other one is busy";
}

TEST_F(second_attempts_test, hedges_stay_within_one_in_twenty) {
  learn(200);
  std::uint64_t jobs = 0;
  for (const auto end = now + 30s; now < end; now += 10ms) {
    const auto sent = send();
    ++jobs;
    const auto hedge = table->next_hedge(now + 5ms);
    EXPECT_TRUE(table->answered(sent, false));
    if (hedge) {
      EXPECT_FALSE(table->answered(*hedge, false));
    }
  }
  EXPECT_GT(table->counters().hedged, jobs / 25);
  EXPECT_LE(table->counters().hedged, jobs / 20 + 10);
}

TEST(slowness, says_nothing_before_32_jobs_and_keeps_its_word_for_three_seconds) {
  slowness slow;
  for (int i = 0; i < 31; ++i) slow.observe(10ms, 20ms, begin);
  EXPECT_FALSE(slow.slow_after(10ms));
  slow.observe(10ms, 20ms, begin);
  EXPECT_EQ(slow.slow_after(10ms), 20ms);
  for (int i = 0; i < 200; ++i) slow.observe(10ms, 50ms, begin + 3s - 1ns);
  EXPECT_EQ(slow.slow_after(10ms), 20ms);
  slow.observe(10ms, 50ms, begin + 3s);
  EXPECT_EQ(slow.slow_after(10ms), 50ms);
  EXPECT_EQ(slow.slow_after(1us), 1ms) << "the floor";
}

}  // namespace
}  // namespace troupe
