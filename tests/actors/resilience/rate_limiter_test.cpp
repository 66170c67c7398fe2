#include "actors/resilience/rate_limiter.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/actors/resilience/dice.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;
using verdict = rate_limiter::verdict;
using answer = rate_limiter::answer;

constexpr time_point start = time_point{} + 1h;
constexpr client_id anna{1};
constexpr client_id bert{2};
constexpr token_rate plenty{1'000'000, 1s, 1'000'000};

TEST(rate_limiter, a_client_has_its_burst_and_then_its_rate) {
  rate_limiter limiter({.per_client = {10, 1s, 2}, .total = plenty});
  EXPECT_EQ(limiter.take(anna, 1, start), answer{});
  EXPECT_EQ(limiter.take(anna, 1, start), answer{});
  EXPECT_EQ(limiter.take(anna, 1, start), (answer{verdict::client_limit, 100ms}));
  EXPECT_EQ(limiter.take(anna, 1, start + 100ms - 1ns), (answer{verdict::client_limit, 1ns}));
  EXPECT_EQ(limiter.take(anna, 1, start + 100ms), answer{});
}

TEST(rate_limiter, one_client_does_not_use_up_the_share_of_another) {
  rate_limiter limiter({.per_client = {1, 1s, 1}, .total = plenty});
  EXPECT_EQ(limiter.take(anna, 1, start), answer{});
  EXPECT_EQ(limiter.take(anna, 1, start).how, verdict::client_limit);
  EXPECT_EQ(limiter.take(bert, 1, start), answer{});
}

TEST(rate_limiter, all_together_have_a_limit_and_who_is_refused_by_it_pays_nothing) {
  rate_limiter limiter({.per_client = {1, 1h, 2}, .total = {1, 1s, 1}});
  EXPECT_EQ(limiter.take(anna, 1, start), answer{});
  EXPECT_EQ(limiter.take(bert, 1, start), (answer{verdict::total_limit, 1s}));
  EXPECT_EQ(limiter.take(bert, 1, start + 1s), answer{});
  EXPECT_EQ(limiter.take(bert, 1, start + 2s), answer{}) << "the refused one cost nothing";
  EXPECT_EQ(limiter.take(bert, 1, start + 3s).how, verdict::client_limit);
  EXPECT_EQ(limiter.take(anna, 1, start + 3s), answer{}) << "nor did that one";
}

TEST(rate_limiter, the_longer_wait_of_the_two_is_told) {
  rate_limiter limiter({.per_client = {1, 1s, 1}, .total = {1, 5s, 1}});
  EXPECT_EQ(limiter.take(anna, 1, start), answer{});
  EXPECT_EQ(limiter.take(anna, 1, start), (answer{verdict::client_limit, 5s}));
}

TEST(rate_limiter, a_costly_request_waits_for_all_it_costs) {
  rate_limiter limiter({.per_client = {10, 1s, 5}, .total = plenty});
  EXPECT_EQ(limiter.take(anna, 4, start), answer{});
  EXPECT_EQ(limiter.take(anna, 3, start), (answer{verdict::client_limit, 200ms}));
  EXPECT_EQ(limiter.take(anna, 5, start), (answer{verdict::client_limit, 400ms}));
  EXPECT_EQ(limiter.take(anna, 5, start + 400ms), answer{});
}

TEST(rate_limiter, what_costs_more_than_a_bucket_holds_is_never_allowed) {
  rate_limiter limiter({.per_client = {10, 1s, 5}, .total = {10, 1s, 4}});
  EXPECT_EQ(limiter.take(anna, 6, start).how, verdict::never);
  EXPECT_EQ(limiter.take(anna, 5, start).how, verdict::never);
  EXPECT_EQ(limiter.take(anna, 4, start), answer{}) << "they were asked for nothing";
}

TEST(rate_limiter, remembers_only_so_many_clients_and_forgets_who_asked_longest_ago) {
  rate_limiter limiter({.per_client = {1, 1h, 1}, .total = plenty, .max_clients = 2});
  EXPECT_EQ(limiter.take(anna, 1, start), answer{});
  EXPECT_EQ(limiter.take(bert, 1, start), answer{});
  EXPECT_EQ(limiter.take(anna, 1, start).how, verdict::client_limit) << "she asked again";
  EXPECT_EQ(limiter.take({3}, 1, start), answer{});
  EXPECT_EQ(limiter.clients(), 2U);
  EXPECT_EQ(limiter.take(anna, 1, start).how, verdict::client_limit);
  EXPECT_EQ(limiter.take(bert, 1, start), answer{}) << "he was forgotten";
}

TEST(rate_limiter, made_up_clients_cannot_pass_the_total) {
  rate_limiter limiter({.per_client = {1, 1s, 5}, .total = {10, 1s, 10}, .max_clients = 16});
  int allowed = 0;
  for (std::uint64_t client = 1; client <= 10'000; ++client) {
    const auto now = start + static_cast<duration::rep>(client) * 1ms;
    allowed += limiter.take({client}, 1, now).how == verdict::allowed ? 1 : 0;
    ASSERT_LE(limiter.clients(), 16U);
  }
  EXPECT_EQ(allowed, 10 + 99) << "the burst, and the rate over 9.999 s";
}

TEST(rate_limiter, a_clock_that_jumps_back_neither_locks_nor_fills_a_bucket) {
  rate_limiter limiter({.per_client = {1, 1s, 1}, .total = plenty});
  EXPECT_EQ(limiter.take(anna, 1, start), answer{});
  EXPECT_EQ(limiter.take(anna, 1, start - 30min), (answer{verdict::client_limit, 1s}));
  EXPECT_EQ(limiter.take(anna, 1, start - 30min + 1s), answer{});
}

TEST(rate_limiter, no_client_ever_has_more_than_burst_and_rate_and_each_wait_is_true) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  test::dice roll(seed);
  const rate_limiter::options limits{.per_client = {7, 1s, 5}, .total = {20, 1s, 12}};
  rate_limiter limiter(limits);
  std::map<client_id, std::uint64_t> taken;
  std::uint64_t sum = 0;
  auto now = start;
  for (int step = 0; step < 50'000; ++step) {
    now += roll.upto(100ms);
    const client_id client{1 + roll.below(4)};
    const auto cost = roll.below(5);
    auto later = limiter.take(client, cost, now);
    if (later.how != verdict::allowed) {
      ASSERT_GT(later.retry_after, 0ns);
      now += later.retry_after;
      later = limiter.take(client, cost, now);
      ASSERT_EQ(later.how, verdict::allowed) << "it came back when it was told to";
    }
    taken[client] += cost;
    sum += cost;
    const auto seconds = static_cast<double>((now - start).count()) / 1e9;
    ASSERT_LE(static_cast<double>(taken[client]), 5 + 7 * seconds);
    ASSERT_LE(static_cast<double>(sum), 12 + 20 * seconds);
  }
}

}  // namespace
}  // namespace troupe
