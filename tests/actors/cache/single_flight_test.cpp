#include "actors/cache/single_flight.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace troupe {
namespace {

using namespace std::chrono_literals;
using role = single_flight::role;

constexpr time_point start{};
constexpr content_hash key{1, 2};

TEST(single_flight, the_first_leads_and_the_others_follow_in_their_order) {
  single_flight flights({});
  EXPECT_EQ(flights.ask(key, 1, start + 1s, start).is, role::leads);
  EXPECT_EQ(flights.ask(key, 2, start + 1s, start).is, role::follows);
  EXPECT_EQ(flights.ask(key, 3, start + 1s, start).is, role::follows);
  EXPECT_EQ(flights.ask({9, 9}, 4, start + 1s, start).is, role::leads);
  EXPECT_EQ(flights.done(key), (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(flights.ask(key, 5, start + 1s, start).is, role::leads) << "the flight is over";
}

TEST(single_flight, when_the_leader_gives_up_the_next_leads_with_a_ticket_of_its_own) {
  single_flight flights({});
  const auto first = flights.ask(key, 1, start + 1s, start);
  static_cast<void>(flights.ask(key, 2, start + 1s, start));
  static_cast<void>(flights.ask(key, 3, start + 1s, start));
  const auto next = flights.abandon(key, first.ticket, start);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->who, 2U);
  EXPECT_NE(next->ticket, first.ticket);
  EXPECT_FALSE(flights.abandon(key, first.ticket, start)) << "it is not the leader any more";
  EXPECT_EQ(flights.done(key), (std::vector<std::uint64_t>{3}));
}

TEST(single_flight, a_leader_is_late_exactly_at_its_deadline) {
  single_flight flights({});
  static_cast<void>(flights.ask(key, 1, start + 10ms, start));
  static_cast<void>(flights.ask(key, 2, start + 50ms, start));
  EXPECT_EQ(flights.next_due(), start + 10ms);
  EXPECT_TRUE(flights.overdue(start + 10ms - 1ns).empty());
  const auto next = flights.overdue(start + 10ms);
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next.front().who, 2U);
  EXPECT_EQ(flights.next_due(), start + 50ms) << "each leads until its own deadline";
}

TEST(single_flight, who_cannot_lead_any_more_is_passed_over) {
  single_flight flights({});
  const auto first = flights.ask(key, 1, start + 100ms, start);
  static_cast<void>(flights.ask(key, 2, start + 10ms, start));
  static_cast<void>(flights.ask(key, 3, start + 200ms, start));
  const auto next = flights.abandon(key, first.ticket, start + 20ms);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->who, 3U);
  EXPECT_EQ(flights.waiting(), 0U);
}

TEST(single_flight, the_last_to_give_up_ends_the_flight) {
  single_flight flights({});
  const auto first = flights.ask(key, 1, start + 1s, start);
  EXPECT_FALSE(flights.abandon(key, first.ticket, start));
  EXPECT_EQ(flights.flights(), 0U);
  EXPECT_FALSE(flights.next_due());
}

TEST(single_flight, who_leaves_is_not_told) {
  single_flight flights({});
  static_cast<void>(flights.ask(key, 1, start + 1s, start));
  static_cast<void>(flights.ask(key, 2, start + 1s, start));
  flights.leave(key, 2);
  EXPECT_EQ(flights.waiting(), 0U);
  EXPECT_TRUE(flights.done(key).empty());
}

TEST(single_flight, who_does_not_wait_leads_or_goes_alone) {
  single_flight flights({});
  EXPECT_EQ(flights.ask(key, 0, start + 1s, start).is, role::leads);
  EXPECT_EQ(flights.ask(key, 0, start + 1s, start).is, role::alone);
}

TEST(single_flight, with_all_places_taken_the_next_goes_alone) {
  single_flight flights({.waiting_limit = 1});
  static_cast<void>(flights.ask(key, 1, start + 1s, start));
  EXPECT_EQ(flights.ask(key, 2, start + 1s, start).is, role::follows);
  EXPECT_EQ(flights.ask(key, 3, start + 1s, start).is, role::alone);
}

TEST(single_flight, at_its_deadline_nobody_leads) {
  single_flight flights({});
  EXPECT_EQ(flights.ask(key, 1, start, start).is, role::alone);
  EXPECT_EQ(flights.flights(), 0U);
}

// Whatever happens: a key has one leader at a time, each follower hears once or leaves, and nothing
// is left when all have.
TEST(single_flight, every_follower_hears_exactly_once_in_any_order_of_events) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  single_flight flights({.waiting_limit = 20});
  struct asker {
    content_hash key;
    time_point deadline;
  };
  std::map<std::uint64_t, asker> follows;
  std::map<content_hash, std::uint64_t> tickets;
  std::uint64_t last = 0;
  auto now = start;
  const auto promoted = [&](const single_flight::successor& next) {
    const auto found = follows.find(next.who);
    ASSERT_NE(found, follows.end());
    ASSERT_GT(found->second.deadline, now);
    tickets[found->second.key] = next.ticket;
    follows.erase(found);
  };
  for (int step = 0; step < 50'000; ++step) {
    now += std::chrono::microseconds(random() % 500);
    const content_hash which{random() % 5, 0};
    // As the shell does: first whoever has waited long enough, then leaders whose time is over.
    for (auto one = follows.begin(); one != follows.end();) {
      if (one->second.deadline > now) {
        ++one;
        continue;
      }
      flights.leave(one->second.key, one->first);
      one = follows.erase(one);
    }
    for (const auto& next : flights.overdue(now)) promoted(next);
    switch (random() % 4) {
      case 0:
      case 1: {
        const auto deadline = now + std::chrono::microseconds(1 + random() % 20'000);
        const auto seat = flights.ask(which, ++last, deadline, now);
        if (seat.is == role::leads) tickets[which] = seat.ticket;
        if (seat.is == role::follows) follows[last] = {which, deadline};
        break;
      }
      case 2:
        if (const auto next = flights.abandon(which, tickets[which], now)) promoted(*next);
        break;
      default:
        for (const auto who : flights.done(which)) ASSERT_EQ(follows.erase(who), 1U);
    }
    ASSERT_EQ(flights.waiting(), follows.size());
    ASSERT_LE(flights.waiting(), 20U);
  }
  for (std::uint64_t k = 0; k < 5; ++k) {
    for (const auto who : flights.done({k, 0})) ASSERT_EQ(follows.erase(who), 1U);
  }
  EXPECT_TRUE(follows.empty());
  EXPECT_EQ(flights.flights(), 0U);
  EXPECT_FALSE(flights.next_due());
}

}  // namespace
}  // namespace troupe
