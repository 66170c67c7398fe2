#include "actors/resilience/admission.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <vector>

namespace troupe {
namespace {

using namespace std::chrono_literals;
using priority = admission::priority;
using ticket = admission::ticket;
using orders = admission::orders;
using tickets = std::vector<ticket>;

constexpr time_point start = time_point{} + 1h;

class admission_test : public testing::Test {
 protected:
  /// Two at once, as many waiting as the test says; each takes 1 ms.
  void at_most(std::uint32_t waiting) {
    gate = admission({.limit = {.initial = 2, .min = 2, .max = 2}, .waiting = waiting});
  }
  admission::answer offer(priority rank = priority::normal, duration budget = 10s,
                          duration cost = 1ms) {
    return gate.offer(rank, now + budget, cost, now);
  }
  ticket running() {
    const auto got = offer();
    EXPECT_EQ(got.todo.start, tickets{got.who});
    return got.who;
  }
  ticket waiting(priority rank = priority::normal, duration budget = 10s, duration cost = 1ms) {
    const auto got = offer(rank, budget, cost);
    EXPECT_TRUE(got.who);
    EXPECT_EQ(got.todo, orders{});
    return got.who;
  }
  /// Both places taken, nothing ends, one more comes every 5 ms. Ends just before it is overload.
  /// Returns one that runs.
  ticket pile_up() {
    const auto first = running();
    (void)running();
    for (int i = 0; i < 25; ++i) {
      (void)offer();
      now += 5ms;
      (void)gate.tick(now);
    }
    EXPECT_EQ(gate.waiting(), 20U) << "those who have waited for no longer than the interval";
    return first;
  }
  /// Four wait then, for 5, 10, 15 and 20 ms.
  ticket overload() {
    const auto first = pile_up();
    (void)offer();
    now += 5ms;
    EXPECT_EQ(gate.tick(now).refuse.size(), 17U) << "who has waited for longer than the target";
    return first;
  }

  time_point now = start;
  admission gate{{.limit = {.initial = 2, .min = 2, .max = 2}}};
};

TEST_F(admission_test, lets_as_many_run_as_the_limit_says_and_the_next_wait) {
  (void)running();
  (void)running();
  (void)waiting();
  EXPECT_EQ(gate.running(), 2U);
  EXPECT_EQ(gate.waiting(), 1U);
}

TEST_F(admission_test, the_first_to_come_is_the_first_to_run) {
  const auto one = running();
  const auto two = running();
  const auto third = waiting();
  const auto fourth = waiting();
  EXPECT_EQ(gate.finish(one, now).start, tickets{third});
  EXPECT_EQ(gate.finish(two, now).start, tickets{fourth});
}

TEST_F(admission_test, a_higher_priority_runs_first) {
  const auto one = running();
  (void)running();
  const auto low = waiting(priority::background);
  const auto usual = waiting(priority::normal);
  const auto high = waiting(priority::urgent);
  EXPECT_EQ(gate.finish(one, now).start, tickets{high});
  EXPECT_EQ(gate.finish(high, now).start, tickets{usual});
  EXPECT_EQ(gate.finish(usual, now).start, tickets{low});
}

TEST_F(admission_test, whoever_cannot_be_answered_in_time_is_refused_at_once) {
  const auto got = offer(priority::urgent, 50ms, 50ms + 1ns);
  EXPECT_FALSE(got.who);
  EXPECT_EQ(got.todo.refuse, (std::vector<admission::refusal>{{{}, errc::deadline_exceeded, 0ns}}));
  EXPECT_TRUE(offer(priority::urgent, 50ms, 50ms).who);
  EXPECT_FALSE(offer(priority::urgent, 0ms, 0ms).who);
}

TEST_F(admission_test, whoever_would_wait_too_long_for_its_deadline_is_refused_as_overloaded) {
  (void)running();
  (void)running();
  // Behind nobody that waits: 1 * 10 ms / 2, then 10 ms of work.
  const auto got = offer(priority::normal, 15ms - 1ns, 10ms);
  EXPECT_FALSE(got.who);
  ASSERT_EQ(got.todo.refuse.size(), 1U);
  EXPECT_EQ(got.todo.refuse[0].why, errc::overloaded);
  EXPECT_GE(got.todo.refuse[0].retry_after, 20ms);
  EXPECT_TRUE(offer(priority::normal, 15ms, 10ms).who);
}

TEST_F(admission_test, when_all_places_are_taken_the_newest_of_the_lowest_priority_goes) {
  at_most(2);
  (void)running();
  (void)running();
  const auto older = waiting(priority::background);
  const auto newer = waiting(priority::background);
  EXPECT_FALSE(offer(priority::background).who) << "no better than those that wait";
  const auto got = offer(priority::normal);
  EXPECT_TRUE(got.who);
  ASSERT_EQ(got.todo.refuse.size(), 1U);
  EXPECT_EQ(got.todo.refuse[0].who, newer);
  EXPECT_EQ(got.todo.refuse[0].why, errc::overloaded);
  EXPECT_EQ(offer(priority::urgent).todo.refuse[0].who, older);
  EXPECT_FALSE(offer(priority::normal).who);
}

TEST_F(admission_test, in_ordinary_times_one_may_wait_for_the_interval_and_not_longer) {
  (void)running();
  (void)running();
  const auto third = waiting();
  now += 100ms;
  EXPECT_EQ(gate.tick(now), orders{});
  now += 1ns;
  const auto got = gate.tick(now);
  ASSERT_EQ(got.refuse.size(), 1U);
  EXPECT_EQ(got.refuse[0].who, third);
  EXPECT_EQ(got.refuse[0].why, errc::overloaded);
}

TEST_F(admission_test, a_long_wait_for_an_interval_is_overload) {
  (void)pile_up();  // 25 ms were waited for at 25 ms, and now it is 125 ms
  EXPECT_EQ(gate.tick(now), orders{});
  EXPECT_EQ(gate.tick(now + 1ns).refuse.size(), 17U);
}

TEST_F(admission_test, what_piled_up_while_the_machine_was_away_is_worked_off) {
  std::deque<ticket> runs{running(), running()};
  std::deque<ticket> queue;
  now += 100ms;
  for (int i = 0; i < 16; ++i) queue.push_back(waiting());  // all at once
  for (int step = 1; !queue.empty(); ++step) {  // then one ends every 5 ms, and one comes every 10
    ASSERT_LT(step, 100);
    now += 5ms;
    EXPECT_EQ(gate.finish(runs.front(), now).start, tickets{queue.front()}) << step;
    runs.pop_front();
    runs.push_back(queue.front());
    queue.pop_front();
    if (step % 2 == 0 && !queue.empty()) queue.push_back(waiting());
  }
}

TEST_F(admission_test, a_queue_of_short_waits_is_no_overload_however_long_it_lasts) {
  auto runs = running();
  (void)running();
  (void)waiting();
  for (int step = 0; step < 50; ++step) {
    now += 10ms;
    (void)waiting();
    runs = gate.finish(runs, now).start.at(0);
  }
  const auto older = waiting();
  (void)waiting();
  (void)gate.finish(runs, now);
  now += 10ms;
  EXPECT_EQ(gate.tick(now), orders{});
  (void)older;
}

TEST_F(admission_test, under_overload_one_may_wait_for_the_target_only) {
  (void)overload();
  EXPECT_EQ(gate.tick(now), orders{});
  now += 1ns;
  EXPECT_EQ(gate.tick(now).refuse.size(), 1U);
  now += 15ms;
  EXPECT_EQ(gate.tick(now).refuse.size(), 3U);
}

TEST_F(admission_test, overload_ends_when_nobody_was_turned_away_for_the_interval) {
  auto runs = overload();
  now += 15ms + 1ns;
  EXPECT_EQ(gate.tick(now).refuse.size(), 4U);
  for (int step = 1; step <= 10; ++step) {  // who waits does so for 10 ms
    EXPECT_TRUE(gate.swamped(now)) << step;
    const auto older = waiting();
    const auto newer = waiting();
    now += 10ms;
    const bool over = step == 10;
    EXPECT_EQ(gate.finish(runs, now).start, tickets{over ? older : newer}) << step;
    EXPECT_EQ(gate.finish(over ? older : newer, now).start, tickets{over ? newer : older});
    runs = over ? newer : older;
  }
  EXPECT_FALSE(gate.swamped(now));
}

TEST_F(admission_test, whoever_came_too_late_for_anybody_does_not_make_it_swamped) {
  EXPECT_FALSE(gate.swamped(now));
  EXPECT_FALSE(offer(priority::normal, 1ms, 2ms).who);
  EXPECT_FALSE(gate.swamped(now));
  (void)running();
  (void)running();
  EXPECT_FALSE(offer(priority::normal, 10ms, 10ms).who) << "because of the two";
  EXPECT_TRUE(gate.swamped(now + 100ms - 1ns));
  EXPECT_FALSE(gate.swamped(now + 100ms));
}

TEST_F(admission_test, under_overload_the_newest_runs_first) {
  const auto runs = overload();
  const auto newer = waiting();
  const auto high = waiting(priority::urgent);
  EXPECT_EQ(gate.finish(runs, now).start, tickets{high});
  EXPECT_EQ(gate.finish(high, now).start, tickets{newer});
  EXPECT_EQ(gate.finish(newer, now).start.size(), 1U) << "the older one";
}

TEST_F(admission_test, under_overload_whoever_would_wait_longer_than_the_target_is_refused) {
  (void)overload();
  // Nothing has ended yet: each of the four before it takes as long as it does, two at once.
  EXPECT_FALSE(offer(priority::normal, 10s, 9ms).who);
  EXPECT_TRUE(offer(priority::normal, 10s, 8ms).who);
}

TEST_F(admission_test, nothing_starts_that_cannot_be_ready_by_its_deadline) {
  const auto one = running();
  (void)running();
  const auto third = waiting(priority::normal, 50ms, 10ms);
  const auto fourth = waiting(priority::normal, 80ms, 10ms);
  now += 40ms + 1ns;
  const auto got = gate.finish(one, now);
  EXPECT_EQ(got.start, tickets{fourth});
  EXPECT_EQ(got.refuse, (std::vector<admission::refusal>{{third, errc::deadline_exceeded, 0ns}}));
}

TEST_F(admission_test, a_hopeless_one_is_told_by_the_next_tick) {
  (void)running();
  (void)running();
  (void)waiting();
  const auto hopeless = waiting(priority::background, 50ms, 10ms);
  now += 40ms;
  EXPECT_EQ(gate.tick(now), orders{});
  now += 1ns;
  EXPECT_EQ(gate.tick(now).refuse,
            (std::vector<admission::refusal>{{hopeless, errc::deadline_exceeded, 0ns}}));
  EXPECT_EQ(gate.waiting(), 1U);
}

TEST_F(admission_test, who_is_withdrawn_while_waiting_leaves_its_place) {
  const auto one = running();
  (void)running();
  const auto third = waiting();
  EXPECT_EQ(gate.finish(third, now), orders{});
  EXPECT_EQ(gate.waiting(), 0U);
  EXPECT_EQ(gate.finish(one, now), orders{});
}

TEST_F(admission_test, a_ticket_is_finished_once) {
  const auto one = running();
  (void)running();
  (void)waiting();
  (void)waiting();
  EXPECT_EQ(gate.finish(one, now).start.size(), 1U);
  EXPECT_EQ(gate.finish(one, now), orders{});
  EXPECT_EQ(gate.finish({}, now), orders{});
  EXPECT_EQ(gate.running(), 2U);
}

TEST_F(admission_test, a_running_one_that_was_forgotten_gives_its_place_up) {
  (void)running();
  (void)running();
  now += 20s;
  EXPECT_EQ(gate.tick(now - 1ns), orders{});
  EXPECT_EQ(gate.running(), 2U);
  (void)gate.tick(now);
  EXPECT_EQ(gate.running(), 0U);
}

TEST_F(admission_test, retry_after_grows_with_what_was_refused_and_is_bounded) {
  at_most(0);
  (void)running();
  (void)running();
  const auto first = offer(priority::normal, 1h, 10ms).todo.refuse.at(0).retry_after;
  EXPECT_EQ(first, 20ms);
  duration last{0};
  for (int i = 0; i < 100; ++i)
    last = offer(priority::normal, 1h, 10ms).todo.refuse.at(0).retry_after;
  EXPECT_EQ(last, 510ms) << "102 * 10 ms / 2";
  for (int i = 0; i < 10'000; ++i)
    last = offer(priority::normal, 1h, 10ms).todo.refuse.at(0).retry_after;
  EXPECT_EQ(last, 10s);
  now += 1s;
  EXPECT_EQ(offer(priority::normal, 1h, 10ms).todo.refuse.at(0).retry_after, 20ms) << "long ago";
}

TEST_F(admission_test, a_clock_that_jumps_back_keeps_nobody_waiting) {
  (void)running();
  (void)running();
  const auto third = waiting(priority::normal, 80ms, 10ms);
  now -= 30min;
  EXPECT_EQ(gate.tick(now), orders{});
  now += 70ms + 1ns;
  EXPECT_EQ(gate.tick(now).refuse.at(0).who, third);
}

}  // namespace
}  // namespace troupe
