#include "runtime/supervision/routing_table.hpp"

#include <gtest/gtest.h>

namespace troupe {
namespace {

using namespace std::chrono_literals;
using admission = routing_table::admission;
using fate = routing_table::fate;
using loss = routing_table::loss;

constexpr time_point begin = time_point{} + 1h;

class routing_table_test : public ::testing::Test {
 protected:
  routing_table::job_key admit(std::uint64_t id = 1, duration cost = 0ns, duration budget = 1s) {
    const auto [verdict, job] = table.admit({{id}, cost, now + budget}, now);
    EXPECT_EQ(verdict, admission::accepted);
    return job;
  }

  admission try_admit(duration budget = 1s) {
    return table.admit({{1}, 0ns, now + budget}, now).verdict;
  }

  std::vector<routing_table::departure> departures() {
    std::vector<routing_table::departure> out;
    while (const auto one = table.next(now)) out.push_back(*one);
    return out;
  }

  routing_table table{{.waiting_limit = 3, .pool_depth = 2, .detached_depth = 1}};
  time_point now = begin;
};

TEST_F(routing_table_test, jobs_leave_in_the_order_in_which_they_came) {
  const auto first = admit(1);
  const auto second = admit(2);
  table.up("w", {1}, placement::pool);
  const auto left = departures();
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].job, first);
  EXPECT_EQ(left[1].job, second);
}

TEST_F(routing_table_test, a_worker_has_no_more_jobs_in_flight_than_its_depth) {
  table.up("w", {1}, placement::pool);
  admit();
  admit();
  admit();
  const auto left = departures();
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(table.waiting(), 1u);
  EXPECT_TRUE(table.answered(left[0], false));
  EXPECT_EQ(departures().size(), 1u);
}

TEST_F(routing_table_test, the_least_loaded_worker_is_chosen) {
  const auto a = table.up("a", {1}, placement::pool);
  const auto b = table.up("b", {1}, placement::pool);
  admit();
  admit();
  admit();
  const auto left = departures();
  ASSERT_EQ(left.size(), 3u);
  EXPECT_EQ(left[0].worker, a);
  EXPECT_EQ(left[1].worker, b);
  EXPECT_TRUE(table.answered(left[1], false));
  admit();
  EXPECT_EQ(departures().at(0).worker, b);
}

TEST_F(routing_table_test, the_predicted_cost_decides_between_pool_and_detached_workers) {
  const auto pool = table.up("pool", {1}, placement::pool);
  const auto detached = table.up("detached", {1}, placement::detached);
  admit(1, 200us - 1ns);
  admit(2, 200us);
  const auto left = departures();
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].worker, pool);
  EXPECT_EQ(left[1].worker, detached);
}

TEST_F(routing_table_test, a_lane_without_workers_is_served_by_the_other) {
  table.up("detached", {1}, placement::detached);
  admit(1, 0ns);
  EXPECT_EQ(departures().size(), 1u);
}

TEST_F(routing_table_test, more_than_the_waiting_limit_is_overload) {
  admit();
  admit();
  admit();
  EXPECT_EQ(try_admit(), admission::overloaded);
  table.up("w", {1}, placement::pool);
  EXPECT_EQ(departures().size(), 2u);
  EXPECT_EQ(try_admit(), admission::accepted);
}

TEST_F(routing_table_test, a_deadline_ends_a_job_exactly_when_it_comes) {
  EXPECT_EQ(try_admit(0ns), admission::expired);
  const auto waits = admit(1, 0ns, 10ms);
  EXPECT_EQ(table.next_deadline(), now + 10ms);
  now += 10ms - 1ns;
  EXPECT_TRUE(table.sweep(now).empty());
  now += 1ns;
  EXPECT_EQ(table.sweep(now), std::vector{waits});
  EXPECT_EQ(table.open(), 0u);
  EXPECT_EQ(table.counters().expired, 1u);
}

TEST_F(routing_table_test, a_job_whose_deadline_has_come_is_never_sent) {
  const auto waits = admit(1, 0ns, 10ms);
  now += 10ms;
  table.up("w", {1}, placement::pool);
  const auto left = departures();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_TRUE(left[0].expired);
  EXPECT_EQ(left[0].job, waits);
}

TEST_F(routing_table_test, an_answer_after_the_deadline_is_late_but_frees_its_worker) {
  table.up("w", {1}, placement::detached);
  admit(1, 0ns, 10ms);
  const auto left = departures().at(0);
  admit(2, 0ns, 1s);
  now += 10ms;
  EXPECT_EQ(table.sweep(now).size(), 1u);
  EXPECT_TRUE(departures().empty()) << "the worker is still busy with it";
  EXPECT_FALSE(table.answered(left, false));
  EXPECT_EQ(table.counters().late, 1u);
  EXPECT_EQ(departures().size(), 1u);
}

TEST_F(routing_table_test, a_job_is_tried_once_more_after_a_kill_and_then_poisonous) {
  table.up("w", {1}, placement::pool);
  admit(42);
  auto sent = departures().at(0);
  EXPECT_EQ(table.lost(sent, loss::crashed, "bad tree", now), fate::parked);
  table.up("w", {2}, placement::pool);
  sent = departures().at(0);
  EXPECT_EQ(sent.life, incarnation{2});
  EXPECT_EQ(table.lost(sent, loss::crashed, "bad tree", now), fate::poisoned);
  ASSERT_EQ(table.dead_letters().size(), 1u);
  EXPECT_EQ(table.dead_letters()[0], (dead_letter{"w", {42}, "bad tree", 2}));
  EXPECT_EQ(table.open(), 0u);
}

TEST_F(routing_table_test, a_killer_is_sent_again_after_a_drawn_pause_and_holds_up_nobody) {
  table.up("w", {1}, placement::pool);
  const auto killer = admit(1);
  const auto sent = departures().at(0);
  EXPECT_EQ(table.lost(sent, loss::crashed, "bad tree", now, 0.75), fate::parked);
  EXPECT_EQ(table.next_retry(), begin + 750us) << "of 1 ms";
  table.up("w", {2}, placement::pool);
  const auto other = admit(2);
  ASSERT_EQ(departures().at(0).job, other);
  EXPECT_EQ(table.waiting(), 1u);
  now = begin + 750us - 1ns;
  EXPECT_TRUE(departures().empty());
  now = begin + 750us;
  EXPECT_EQ(departures().at(0).job, killer);
  EXPECT_FALSE(table.next_retry());
}

TEST_F(routing_table_test, the_pause_before_a_retry_doubles_and_must_end_before_the_deadline) {
  routing_table patient({.kills_limit = 4});
  patient.up("w", {1}, placement::pool);
  ASSERT_EQ(patient.admit({{1}, 0ns, begin + 3ms}, begin).verdict, admission::accepted);
  EXPECT_EQ(patient.lost(*patient.next(begin), loss::crashed, "", begin, 1), fate::parked);
  patient.up("w", {2}, placement::pool);
  const auto second = *patient.next(begin + 1ms);
  EXPECT_EQ(patient.lost(second, loss::crashed, "", begin + 1ms, 1), fate::no_time) << "2 ms left";
  EXPECT_EQ(patient.open(), 0u);
  EXPECT_EQ(patient.counters().retried, 1u);
  EXPECT_EQ(patient.counters().abandoned, 1u);
}

TEST_F(routing_table_test, who_pauses_has_paid_before_and_still_ends_by_its_deadline) {
  routing_table poor({.retries = {.share = 0, .hedge_share = 0, .reserve = 1}});
  poor.up("w", {1}, placement::pool);
  const auto first = poor.admit({{1}, 0ns, begin + 2ms}, begin).job;
  ASSERT_EQ(poor.admit({{2}, 0ns, begin + 1s}, begin).verdict, admission::accepted);
  const auto one = *poor.next(begin);
  const auto two = *poor.next(begin);
  EXPECT_EQ(poor.lost(one, loss::crashed, "", begin, 1), fate::parked);
  EXPECT_EQ(poor.lost(two, loss::crashed, "", begin, 0), fate::not_retried);
  EXPECT_EQ(poor.sweep(begin + 2ms), std::vector{first});
  EXPECT_EQ(poor.waiting(), 0u);
  poor.up("w", {2}, placement::pool);
  EXPECT_FALSE(poor.next(begin + 1s));
}

TEST_F(routing_table_test, a_worker_that_lost_its_jobs_is_asked_again_a_second_later) {
  table.up("w", {1}, placement::detached);
  admit(1, 1ms, 10ms);
  ASSERT_EQ(departures().size(), 1u);
  now += 10ms;
  ASSERT_EQ(table.sweep(now).size(), 1u);
  admit(2, 1ms, 1h);
  EXPECT_TRUE(departures().empty()) << "it may be at the first one still";
  now += 1s - 1ns;
  EXPECT_TRUE(departures().empty());
  now += 1ns;
  EXPECT_EQ(departures().size(), 1u);
}

TEST_F(routing_table_test, an_answer_tells_that_what_was_sent_before_it_is_lost) {
  table.up("w", {1}, placement::pool);  // depth 2
  admit(1, 0ns, 10ms);
  admit(2, 0ns, 1h);
  const auto sent = departures();
  ASSERT_EQ(sent.size(), 2u);
  now += 10ms;
  ASSERT_EQ(table.sweep(now).size(), 1u);
  EXPECT_TRUE(table.answered(sent[1], false));
  admit(3);
  admit(4);
  EXPECT_EQ(departures().size(), 2u);
  EXPECT_FALSE(table.answered(sent[0], false)) << "it was only slow: nothing is counted twice";
  admit(5);
  EXPECT_TRUE(departures().empty());
}

TEST_F(routing_table_test, an_overdue_answer_frees_the_place_that_its_job_took) {
  table.up("w", {1}, placement::detached);
  admit(1, 1ms, 10ms);
  const auto sent = departures().at(0);
  now += 10ms;
  ASSERT_EQ(table.sweep(now).size(), 1u);
  admit(2, 1ms, 1h);
  EXPECT_FALSE(table.answered(sent, false));
  EXPECT_EQ(departures().size(), 1u);
}

TEST_F(routing_table_test, what_an_earlier_life_owed_does_not_burden_the_next) {
  table.up("w", {1}, placement::detached);
  admit(1, 1ms, 10ms);
  const auto sent = departures().at(0);
  table.up("w", {2}, placement::detached);
  now += 10ms;
  ASSERT_EQ(table.sweep(now).size(), 1u);
  admit(2, 1ms, 1h);
  EXPECT_EQ(departures().size(), 1u);
  EXPECT_EQ(table.lost(sent, loss::dropped, "", now), fate::late);
}

TEST_F(routing_table_test, content_that_was_poisonous_twice_costs_no_further_life_for_a_while) {
  routing_table strict{{.kills_limit = 1, .quarantine_time = 5min}};
  const content_hash content{7, 7};
  const auto offered = [&](content_hash what) {
    return strict.admit({{1}, 0ns, now + 1s, what}, now).verdict;
  };
  for (std::uint64_t life = 1; life <= 2; ++life) {
    strict.up("w", {life}, placement::pool);
    EXPECT_EQ(offered(content), admission::accepted);
    EXPECT_EQ(strict.lost(*strict.next(now), loss::crashed, "", now), fate::poisoned);
  }
  strict.up("w", {3}, placement::pool);
  EXPECT_EQ(offered(content), admission::quarantined);
  EXPECT_EQ(strict.counters().quarantined, 1u);
  EXPECT_EQ(offered({7, 8}), admission::accepted);
  EXPECT_EQ(offered({}), admission::accepted);
  now += 5min;
  EXPECT_EQ(offered(content), admission::accepted);
}

TEST_F(routing_table_test, jobs_behind_a_killer_keep_their_place_and_are_not_blamed) {
  table.up("w", {1}, placement::pool);
  const auto killer = admit(1);
  const auto behind = admit(2);
  const auto waiting = admit(3);
  const auto sent = departures();
  EXPECT_EQ(table.lost(sent[0], loss::crashed, "", now), fate::parked);
  EXPECT_EQ(table.lost(sent[1], loss::dropped, "", now), fate::parked);
  EXPECT_TRUE(departures().empty());
  table.up("w", {2}, placement::pool);
  auto again = departures();
  ASSERT_EQ(again.size(), 2u);
  EXPECT_EQ(again[0].job, killer);
  EXPECT_EQ(again[1].job, behind);
  EXPECT_TRUE(table.answered(again[0], false));
  EXPECT_EQ(departures().at(0).job, waiting);
  EXPECT_EQ(table.counters().reissued, 2u);
}

TEST_F(routing_table_test, an_error_of_an_earlier_incarnation_does_not_touch_the_next_one) {
  table.up("w", {1}, placement::detached);
  admit(1);
  const auto sent = departures().at(0);
  table.up("w", {2}, placement::detached);  // announced before the error came
  EXPECT_EQ(table.lost(sent, loss::dropped, "", now), fate::parked);
  const auto again = departures();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].life, incarnation{2});
}

TEST_F(routing_table_test, news_of_an_earlier_incarnation_changes_nothing) {
  table.up("w", {2}, placement::pool);
  table.up("w", {1}, placement::detached);
  EXPECT_TRUE(table.down("w", {1}, false).empty());
  admit(1);
  EXPECT_EQ(departures().at(0).life, incarnation{2});
}

TEST_F(routing_table_test, a_worker_that_dropped_a_job_rests_and_is_tried_again) {
  table.up("w", {1}, placement::pool);
  admit(1);
  EXPECT_EQ(table.lost(departures().at(0), loss::dropped, "", now), fate::parked);
  now += 1ms - 1ns;
  EXPECT_TRUE(departures().empty());
  now += 1ns;
  EXPECT_EQ(table.lost(departures().at(0), loss::dropped, "", now), fate::parked);
  now += 1ms;
  EXPECT_TRUE(departures().empty()) << "the second rest is longer";
  now += 1ms;
  EXPECT_EQ(departures().size(), 1u);
}

TEST_F(routing_table_test, a_job_is_not_sent_forever) {
  routing_table limited{{.issues_limit = 3}};
  limited.up("w", {1}, placement::pool);
  (void)limited.admit({{1}, 0ns, now + 1h}, now);
  for (std::uint64_t life = 2; life <= 3; ++life) {
    EXPECT_EQ(limited.lost(*limited.next(now), loss::dropped, "", now), fate::parked);
    limited.up("w", {life}, placement::pool);
  }
  EXPECT_EQ(limited.lost(*limited.next(now), loss::dropped, "", now), fate::abandoned);
}

TEST_F(routing_table_test, being_sent_to_a_corpse_does_not_count) {
  routing_table limited{{.issues_limit = 2}};
  limited.up("w", {1}, placement::pool);
  (void)limited.admit({{1}, 0ns, now + 1h}, now);
  for (int count = 0; count < 100; ++count) {
    now += 64ms;
    EXPECT_EQ(limited.lost(*limited.next(now), loss::dropped, "", now), fate::parked);
  }
  limited.up("w", {2}, placement::pool);
  EXPECT_TRUE(limited.answered(*limited.next(now), false));
}

TEST_F(routing_table_test, when_the_last_worker_is_gone_nobody_waits) {
  EXPECT_EQ(try_admit(), admission::accepted) << "before the first announcement jobs wait";
  table.up("stage/w", {1}, placement::detached);
  const auto sent = departures().at(0);
  const auto waits = admit(2);
  EXPECT_TRUE(table.gone("sta").empty());
  EXPECT_EQ(table.gone("stage"), std::vector{waits});
  EXPECT_EQ(try_admit(), admission::unavailable);
  EXPECT_EQ(table.lost(sent, loss::dropped, "", now), fate::abandoned);
  table.up("stage/w", {2}, placement::detached);
  EXPECT_EQ(try_admit(), admission::accepted) << "its supervisor was restarted";
}

TEST_F(routing_table_test, a_worker_that_returns_is_waited_for) {
  table.up("w", {1}, placement::pool);
  EXPECT_TRUE(table.down("w", {1}, true).empty());
  const auto waits = admit();
  EXPECT_TRUE(departures().empty());
  EXPECT_EQ(table.down("w", {1}, false), std::vector{waits});
}

TEST_F(routing_table_test, stop_ends_everything_once) {
  table.up("w", {1}, placement::detached);
  const auto flies = admit(1);
  const auto sent = departures().at(0);
  const auto waits = admit(2);
  EXPECT_EQ(table.stop(), (std::vector{flies, waits}));
  EXPECT_FALSE(table.answered(sent, false));
  EXPECT_EQ(try_admit(), admission::stopping);
  EXPECT_TRUE(table.stop().empty());
}

}  // namespace
}  // namespace troupe
