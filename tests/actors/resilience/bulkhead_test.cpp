#include "actors/resilience/bulkhead.hpp"

#include <gtest/gtest.h>

#include <list>
#include <map>
#include <string>

#include "tests/actors/resilience/dice.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;
using verdict = bulkhead::verdict;
using orders = bulkhead::orders;

constexpr time_point start = time_point{} + 1h;
constexpr time_point soon = start + 1s;

TEST(bulkhead, lets_exactly_its_number_in_and_as_many_wait) {
  bulkhead wall({.concurrent = 2, .waiting = 1});
  EXPECT_EQ(wall.enter(soon, start).how, verdict::inside);
  EXPECT_EQ(wall.enter(soon, start).how, verdict::inside);
  EXPECT_EQ(wall.enter(soon, start).how, verdict::waiting);
  const auto fourth = wall.enter(soon, start);
  EXPECT_EQ(fourth.how, verdict::full);
  EXPECT_FALSE(fourth.granted);
}

TEST(bulkhead, who_waited_longest_enters_when_a_call_ends) {
  bulkhead wall({.concurrent = 1, .waiting = 2});
  const auto inside = wall.enter(soon, start).granted;
  const auto second = wall.enter(soon, start).granted;
  const auto third = wall.enter(soon, start).granted;
  EXPECT_EQ(wall.leave(inside, start), (orders{{second}, {}}));
  EXPECT_EQ(wall.leave(second, start), (orders{{third}, {}}));
  EXPECT_EQ(wall.leave(third, start), orders{});
  EXPECT_EQ(wall.inside(), 0U);
}

TEST(bulkhead, without_places_to_wait_the_next_is_refused) {
  bulkhead wall({.concurrent = 1, .waiting = 0});
  EXPECT_EQ(wall.enter(soon, start).how, verdict::inside);
  EXPECT_EQ(wall.enter(soon, start).how, verdict::full);
}

TEST(bulkhead, who_is_withdrawn_while_waiting_leaves_its_place) {
  bulkhead wall({.concurrent = 1, .waiting = 1});
  const auto inside = wall.enter(soon, start).granted;
  const auto second = wall.enter(soon, start).granted;
  EXPECT_EQ(wall.leave(second, start), orders{});
  EXPECT_EQ(wall.waiting(), 0U);
  EXPECT_EQ(wall.leave(inside, start), orders{});
}

TEST(bulkhead, a_permit_is_given_back_once) {
  bulkhead wall({.concurrent = 1, .waiting = 2});
  const auto inside = wall.enter(soon, start).granted;
  const auto second = wall.enter(soon, start).granted;
  (void)wall.enter(soon, start);
  EXPECT_EQ(wall.leave(inside, start), (orders{{second}, {}}));
  EXPECT_EQ(wall.leave(inside, start), orders{});
  EXPECT_EQ(wall.leave({}, start), orders{});
  EXPECT_EQ(wall.inside(), 1U);
}

TEST(bulkhead, who_waits_is_refused_at_exactly_its_deadline) {
  bulkhead wall({.concurrent = 1, .waiting = 2});
  (void)wall.enter(start + 5s, start);
  const auto second = wall.enter(soon, start).granted;
  EXPECT_EQ(wall.tick(soon - 1ns), orders{});
  EXPECT_EQ(wall.tick(soon), (orders{{}, {second}}));
  EXPECT_EQ(wall.waiting(), 0U);
}

TEST(bulkhead, who_is_too_late_does_not_enter) {
  bulkhead wall({.concurrent = 1, .waiting = 2});
  const auto inside = wall.enter(start + 5s, start).granted;
  const auto second = wall.enter(soon, start).granted;
  const auto third = wall.enter(start + 5s, start).granted;
  EXPECT_EQ(wall.leave(inside, soon), (orders{{third}, {second}}));
  EXPECT_EQ(wall.enter(soon, soon).how, verdict::expired);
}

TEST(bulkhead, a_lost_call_gives_its_place_up_some_time_after_its_deadline) {
  bulkhead wall({.concurrent = 1, .waiting = 2, .lost_after = 10s});
  const auto lost = wall.enter(soon, start).granted;
  const auto second = wall.enter(start + 1h, start).granted;
  EXPECT_EQ(wall.tick(soon + 10s - 1ns), orders{});
  EXPECT_EQ(wall.tick(soon + 10s), (orders{{second}, {}}));
  EXPECT_EQ(wall.leave(lost, soon + 10s), orders{}) << "it was given up";
  EXPECT_EQ(wall.inside(), 1U);
}

TEST(bulkhead, a_call_without_deadline_may_stay) {
  bulkhead wall({.concurrent = 1});
  EXPECT_EQ(wall.enter(time_point::max(), start).how, verdict::inside);
  EXPECT_EQ(wall.tick(start + 10'000h), orders{});
  EXPECT_EQ(wall.inside(), 1U);
}

TEST(bulkhead, a_clock_that_jumps_back_does_not_move_deadlines_away) {
  bulkhead wall({.concurrent = 1, .waiting = 2});
  (void)wall.enter(start + 1h, start);
  const auto second = wall.enter(soon, start).granted;
  EXPECT_EQ(wall.tick(start - 30min), orders{});
  EXPECT_EQ(wall.tick(soon - 30min), (orders{{}, {second}}));
}

TEST(bulkhead, a_bulkhead_for_nobody_admits_one) {
  bulkhead wall({.concurrent = 0, .waiting = 0});
  EXPECT_EQ(wall.enter(soon, start).how, verdict::inside);
}

TEST(bulkhead, does_what_a_list_of_all_calls_does) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  test::dice roll(seed);
  using permit = bulkhead::permit;
  bulkhead wall({.concurrent = 4, .waiting = 6, .lost_after = 1s});
  std::map<permit, time_point> inside;
  std::list<std::pair<permit, time_point>> line;
  auto now = start;
  const auto let_in = [&](orders& wanted) {
    while (inside.size() < 4 && !line.empty()) {
      const auto [who, deadline] = line.front();
      line.pop_front();
      if (deadline <= now) {
        wanted.refuse.push_back(who);
      } else {
        wanted.enter.push_back(who);
        inside.emplace(who, deadline);
      }
    }
  };
  for (int step = 0; step < 50'000; ++step) {
    now += roll.upto(20ms);
    const auto deadline = now + roll.upto(300ms);
    if (roll.one_in(2)) {
      const auto got = wall.enter(deadline, now);
      if (deadline <= now) {
        ASSERT_EQ(got.how, verdict::expired);
      } else if (inside.size() < 4) {
        ASSERT_EQ(got.how, verdict::inside);
        inside.emplace(got.granted, deadline);
      } else if (line.size() < 6) {
        ASSERT_EQ(got.how, verdict::waiting);
        line.emplace_back(got.granted, deadline);
      } else {
        ASSERT_EQ(got.how, verdict::full);
      }
    } else if (!inside.empty() && !roll.one_in(4)) {
      auto at = inside.begin();
      std::advance(at, static_cast<std::ptrdiff_t>(roll.below(inside.size())));
      const auto who = at->first;
      inside.erase(at);
      orders wanted;
      let_in(wanted);
      ASSERT_EQ(wall.leave(who, now), wanted) << "step " << step;
    } else {
      orders wanted;
      std::erase_if(inside, [&](const auto& one) { return one.second + 1s <= now; });
      std::erase_if(line, [&](const auto& one) {
        if (one.second <= now) wanted.refuse.push_back(one.first);
        return one.second <= now;
      });
      let_in(wanted);
      ASSERT_EQ(wall.tick(now), wanted) << "step " << step;
    }
    ASSERT_EQ(wall.inside(), inside.size());
    ASSERT_EQ(wall.waiting(), line.size());
  }
}

}  // namespace
}  // namespace troupe
