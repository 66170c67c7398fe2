#include "actors/resilience/retry_budget.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>

#include "tests/actors/resilience/dice.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;
using extra = retry_budget::extra;

constexpr time_point start = time_point{} + 1h;
constexpr retry_budget::options no_reserve{.reserve = 0};

void first_attempts(retry_budget& budget, int count, time_point now) {
  for (int i = 0; i < count; ++i) budget.first_attempt(now);
}

int takes(retry_budget& budget, extra what, time_point now) {
  int count = 0;
  while (budget.try_take(what, now)) ++count;
  return count;
}

TEST(retry_budget, the_tenth_first_attempt_pays_for_one_retry_and_the_ninth_does_not) {
  retry_budget budget(no_reserve);
  first_attempts(budget, 9, start);
  EXPECT_FALSE(budget.try_take(extra::retry, start));
  budget.first_attempt(start);
  EXPECT_TRUE(budget.try_take(extra::retry, start));
  EXPECT_FALSE(budget.try_take(extra::retry, start));
}

TEST(retry_budget, a_share_that_binary_numbers_do_not_know_is_exact) {
  retry_budget budget({.share = 0.29, .hedge_share = 0, .reserve = 0});
  first_attempts(budget, 100, start);
  EXPECT_EQ(takes(budget, extra::retry, start), 29);
}

TEST(retry_budget, retries_pay_nothing_in) {
  retry_budget budget(no_reserve);
  first_attempts(budget, 1'000, start);
  EXPECT_EQ(takes(budget, extra::retry, start), 100);
  EXPECT_EQ(takes(budget, extra::retry, start), 0);
}

TEST(retry_budget, first_attempts_are_worth_something_for_ten_seconds) {
  for (const auto& [age, worth] : {std::pair{10s - 1ns, 10}, std::pair{duration{10s}, 0}}) {
    retry_budget budget(no_reserve);
    first_attempts(budget, 100, start);
    EXPECT_EQ(takes(budget, extra::retry, start + age), worth);
  }
}

TEST(retry_budget, what_was_taken_counts_for_ten_seconds) {
  retry_budget budget(no_reserve);
  first_attempts(budget, 100, start);
  EXPECT_EQ(takes(budget, extra::retry, start + 9s), 10);
  first_attempts(budget, 100, start + 10s);
  EXPECT_EQ(takes(budget, extra::retry, start + 10s), 0) << "100 first attempts, 10 taken";
  first_attempts(budget, 100, start + 19s);
  EXPECT_EQ(takes(budget, extra::retry, start + 19s), 20);
}

TEST(retry_budget, retries_and_hedges_share_it_and_hedges_have_half) {
  retry_budget budget(no_reserve);
  first_attempts(budget, 200, start);
  EXPECT_EQ(takes(budget, extra::hedge, start), 10);
  EXPECT_EQ(takes(budget, extra::retry, start), 10);
  EXPECT_FALSE(budget.try_take(extra::hedge, start));
  EXPECT_EQ(budget.read(start), (retry_budget::reading{200, 10, 10}));
  first_attempts(budget, 200, start);
  EXPECT_EQ(takes(budget, extra::retry, start), 20);
  EXPECT_FALSE(budget.try_take(extra::hedge, start)) << "retries have used it up";
}

TEST(retry_budget, the_reserve_gives_its_number_in_ten_seconds) {
  retry_budget budget({.reserve = 3});
  for (int second = 0; second < 30; second += 10) {
    EXPECT_EQ(takes(budget, extra::retry, start + second * 1s), 3);
    EXPECT_EQ(takes(budget, extra::retry, start + second * 1s + 9'999ms), 0);
  }
}

TEST(retry_budget, the_reserve_is_not_for_hedges) {
  retry_budget budget({.reserve = 3});
  EXPECT_FALSE(budget.try_take(extra::hedge, start));
}

TEST(retry_budget, the_reserve_does_not_add_to_a_share_that_is_larger) {
  retry_budget budget({.reserve = 3});
  for (int second = 0; second < 10; ++second) {
    first_attempts(budget, 100, start + second * 1s);
    EXPECT_EQ(takes(budget, extra::retry, start + second * 1s), 10);
  }
}

TEST(retry_budget, a_clock_that_jumps_back_neither_locks_nor_empties_it) {
  retry_budget budget(no_reserve);
  first_attempts(budget, 100, start);
  EXPECT_EQ(takes(budget, extra::retry, start - 30min), 10);
  first_attempts(budget, 100, start - 30min + 10s);
  EXPECT_EQ(takes(budget, extra::retry, start - 30min + 10s), 10) << "ten seconds have passed";
}

TEST(retry_budget, gives_what_lists_of_all_attempts_give) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  test::dice roll(seed);
  for (int round = 0; round < 50; ++round) {
    const auto reserve = roll.below(30);
    retry_budget budget(
        {.share = 0.2, .hedge_share = 0.1, .reserve = static_cast<std::uint32_t>(reserve)});
    std::deque<std::int64_t> firsts;  // seconds
    std::deque<std::int64_t> retries;
    std::deque<std::int64_t> hedges;
    auto now = start;
    for (int step = 0; step < 2'000; ++step) {
      now += roll.upto(roll.one_in(100) ? duration{15s} : duration{100ms});
      const auto second = std::chrono::duration_cast<std::chrono::seconds>(now - start).count();
      for (auto* list : {&firsts, &retries, &hedges}) {
        while (!list->empty() && list->front() <= second - 10) list->pop_front();
      }
      if (roll.one_in(2)) {
        budget.first_attempt(now);
        firsts.push_back(second);
        continue;
      }
      const auto used = retries.size() + hedges.size();
      const bool shared = (used + 1) * 10 <= firsts.size() * 2;
      if (roll.one_in(3)) {
        const bool may = shared && (hedges.size() + 1) * 10 <= firsts.size();
        ASSERT_EQ(budget.try_take(extra::hedge, now), may) << "step " << step;
        if (may) hedges.push_back(second);
        continue;
      }
      const bool may = shared || used < reserve;
      ASSERT_EQ(budget.try_take(extra::retry, now), may) << "step " << step;
      if (may) retries.push_back(second);
    }
  }
}

}  // namespace
}  // namespace troupe
