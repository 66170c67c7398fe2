#include "chaos/verdict/verdict.hpp"

#include <gtest/gtest.h>

namespace troupe::chaos {
namespace {

using namespace std::chrono_literals;

constexpr time_point begin = time_point{} + 1h;

/// A run of 5 + 5 + 5 seconds with a good request each 10 ms.
class a_verdict : public ::testing::Test {
 protected:
  a_verdict() {
    what.before = 5s;
    what.during = 5s;
    what.after = 5s;
    for (int i = 0; i < 1500; ++i) {
      request_record one;
      one.number = told.requests.size() + 1;
      one.node = one.served_by = 1;
      one.intended = begin + i * 10ms;
      one.deadline = one.intended + 100ms;
      one.answered = one.intended + 1ms;
      one.times = 1;
      one.in_time_claimed = true;
      told.requests.push_back(one);
    }
  }

  report judged(std::map<std::string, std::uint64_t> fired = {{"crash", 1}}) {
    return judge(what, told, end, {begin, begin + 5s, begin + 10s, begin + 15s, false}, fired);
  }

  std::string broken() {
    const auto got = judged();
    return got.violations.size() == 1 ? got.violations.front().invariant : "";
  }

  void spoil(duration from, duration to) {
    for (auto& one : told.requests) {
      if (one.intended >= begin + from && one.intended < begin + to) one.code = errc::unavailable;
    }
  }

  scenario what;
  history told;
  end_state end;
};

TEST_F(a_verdict, is_a_pass_when_everything_held_and_the_fault_fired) {
  const auto got = judged();
  EXPECT_EQ(got.verdict, judgement::pass);
  EXPECT_EQ(got.good, 1500u);
}

TEST_F(a_verdict, is_inconclusive_when_a_fault_never_fired) {
  EXPECT_EQ(judged({{"crash", 0}}).verdict, judgement::inconclusive);
}

TEST_F(a_verdict, is_inconclusive_when_a_case_was_never_reached) {
  what.sometimes = {"poisoned"};
  EXPECT_EQ(judged().verdict, judgement::inconclusive);
}

TEST_F(a_verdict, is_a_failure_when_it_was_not_steady_before) {
  spoil(2s, 3s);
  EXPECT_EQ(judged().verdict, judgement::fail);
}

TEST_F(a_verdict, lets_the_first_second_warm_up_and_the_disturbed_time_be_bad) {
  spoil(0s, 1s);
  spoil(5s, 10s);
  EXPECT_EQ(judged().verdict, judgement::pass);
}

TEST_F(a_verdict, is_a_failure_when_the_blast_radius_is_too_large) {
  spoil(5s, 8s);
  what.good_during = 0.5;
  EXPECT_EQ(judged().verdict, judgement::fail);
  what.good_during = 0.4;
  EXPECT_EQ(judged().verdict, judgement::pass);
}

TEST_F(a_verdict, is_a_failure_when_the_steady_state_comes_back_too_late) {
  spoil(5s, 13s);
  EXPECT_EQ(judged().verdict, judgement::pass) << "3 s, within 2 s and one whole second";
  spoil(13s, 14s);
  EXPECT_EQ(judged().verdict, judgement::fail);
}

TEST_F(a_verdict, names_the_invariant_that_is_broken) {
  told.requests[7].times = 0;
  EXPECT_EQ(broken(), "answered_once");
  told.requests[7].times = 2;
  EXPECT_EQ(broken(), "answered_once");
  told.requests[7].times = 1;
  told.requests[7].wrong = "another's";
  EXPECT_EQ(broken(), "right_answer");
  told.requests[7].wrong.clear();
  told.requests[7].answered = told.requests[7].deadline + 1ns;
  EXPECT_EQ(broken(), "late_is_not_good");
  told.requests[7].in_time_claimed = false;
  EXPECT_EQ(broken(), "");
  end.actors_left = 1;
  EXPECT_EQ(broken(), "no_actor_leaked");
  end.actors_left = 0;
  end.jobs_left = 1;
  EXPECT_EQ(broken(), "no_job_leaked");
  end.jobs_left = 0;
  end.longest_queue = 10'001;
  EXPECT_EQ(broken(), "bounded_queues");
}

TEST_F(a_verdict, sees_a_supervisor_that_restarts_too_often) {
  end.settings.supervision.max_restarts = 5;
  end.settings.supervision.root_max_restarts = 3;
  for (int i = 0; i < 7; ++i) {
    told.add({event_record::kind::ended, begin + i * 1s, 1, "a/b/c", "killed", 1, false});
  }
  EXPECT_EQ(broken(), "");
  told.add({event_record::kind::ended, begin + 8s, 1, "a/b/c", "killed", 1, false});
  EXPECT_EQ(broken(), "restart_intensity");
  told.events.insert(told.events.begin() + 4,
                     {event_record::kind::gave_up, begin + 3500ms, 1, "a/b", "", 0, false});
  EXPECT_EQ(broken(), "");
}

TEST_F(a_verdict, measures_recovery_from_a_death_to_the_next_good_answer) {
  told.add({event_record::kind::ended, begin + 5s + 1ns, 1, "a", "killed", 1, false});
  const auto got = judged();
  EXPECT_EQ(got.recovery_max, 11ms - 1ns) << "asked 10 ms later, answered in 1 ms";
}

}  // namespace
}  // namespace troupe::chaos
