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

TEST_F(a_verdict, is_a_failure_when_a_cached_answer_is_older_than_may_be_repeated) {
  end.settings.cache.time_to_live = 10s;
  end.settings.cache.jitter = 0.5;
  end.settings.cache.stale_while_revalidate = 5s;
  told.requests[9].cached = true;
  told.requests[9].age = 20s;
  EXPECT_EQ(judged().verdict, judgement::pass);
  told.requests[9].age = 20s + 1us;
  EXPECT_EQ(broken(), "not_too_old");
}

TEST_F(a_verdict, is_a_failure_when_a_case_came_up_that_must_not) {
  what.never = {"cached"};
  EXPECT_EQ(judged().verdict, judgement::pass);
  told.requests[9].cached = true;
  EXPECT_EQ(judged().verdict, judgement::fail);
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
  end.longest_gateway_queue = 10'001;
  EXPECT_EQ(broken(), "bounded_queues");
}

TEST_F(a_verdict, sees_a_supervisor_that_does_not_give_up_in_time) {
  end.settings.supervision.max_restarts = 2;
  const auto life = [&](event_record::kind kind, duration at, std::uint64_t number) {
    told.add({kind, begin + at, 1, "cache/shard-1", "", number, false, 0, begin + at});
  };
  for (std::uint64_t n = 1; n <= 3; ++n) {
    life(event_record::kind::started, n * 1s, n);
    life(event_record::kind::ended, n * 1s + 500ms, n);
  }
  EXPECT_EQ(broken(), "") << "the third death is one too many, and nobody was started after it";
  life(event_record::kind::started, 5s, 4);
  EXPECT_EQ(broken(), "restart_intensity");
}

TEST_F(a_verdict, sees_a_supervisor_that_gives_up_too_soon) {
  end.settings.supervision.max_restarts = 2;
  for (std::uint64_t n = 1; n <= 2; ++n) {
    told.add({event_record::kind::ended, begin + 6s, 1, "cache/shard-1", "", n, false, 0, begin});
  }
  told.add({event_record::kind::gave_up, begin + 6s, 1, "cache", "", 0, false, 0, begin});
  EXPECT_EQ(broken(), "restart_intensity");
}

TEST_F(a_verdict, sees_a_child_started_again_before_those_that_depend_on_it_have_ended) {
  const auto event = [&](event_record::kind kind, const char* path, std::uint64_t number) {
    told.add({kind, begin + 6s, 1, path, "", number, true, 0, begin});
  };
  for (const auto* path : {"gateway/router", "gateway/coordinators", "gateway/entrance"}) {
    event(event_record::kind::started, path, 1);
  }
  event(event_record::kind::ended, "gateway/entrance", 1);
  event(event_record::kind::ended, "gateway/router", 1);
  event(event_record::kind::started, "gateway/router", 2);
  EXPECT_EQ(broken(), "start_order");
}

TEST_F(a_verdict, sees_lives_that_begin_anew) {
  for (const std::uint64_t life : {1U, 2U, 1U}) {
    told.add({event_record::kind::started, begin + 6s, 1, "a/b", "", life, true, 0, begin});
  }
  EXPECT_EQ(broken(), "lives_count_on");
}

TEST_F(a_verdict, sees_a_poisonous_request_that_kills_again) {
  for (std::uint64_t n = 1; n <= 3; ++n) {
    told.add({event_record::kind::ended, begin + 6s, 1, "x/y", "", n, false, 77, begin});
  }
  EXPECT_EQ(broken(), "poison_stops");
}

TEST_F(a_verdict, grants_a_request_two_jobs_of_a_stage_that_may_each_kill_twice) {
  const auto killed = [&](std::uint64_t life) {
    told.add({event_record::kind::ended, begin + 6s, 1, "compute/grammar/workers/detached-1", "",
              life, false, 77, begin});
  };
  for (std::uint64_t life = 1; life <= 4; ++life) killed(life);
  EXPECT_EQ(broken(), "");
  killed(5);
  EXPECT_EQ(broken(), "poison_stops");
}

TEST_F(a_verdict, sees_work_for_nobody_and_defects) {
  told.work_past_deadline = 1;
  EXPECT_EQ(broken(), "no_work_past_deadline");
  told.work_past_deadline = 0;
  told.requests[3].code = errc::internal;
  EXPECT_EQ(broken(), "no_defect");
  end.messages_lie = true;
  EXPECT_EQ(broken(), "");
}

TEST_F(a_verdict, sees_a_process_that_nobody_ended) {
  told.unexpected_ends.emplace_back("n1: ended by Segmentation fault");
  EXPECT_EQ(broken(), "no_process_died");
}

TEST_F(a_verdict, sees_memory_that_grows_where_the_scenario_limits_it) {
  end.heap_growth = 0.02;
  EXPECT_EQ(broken(), "");
  end.heap_growth_limit = 0.02;
  EXPECT_EQ(broken(), "");
  end.heap_growth = 0.021;
  EXPECT_EQ(broken(), "no_memory_leaked");
}

TEST_F(a_verdict, measures_recovery_from_a_death_to_the_next_good_answer) {
  told.add({event_record::kind::ended, begin + 5s + 1ns, 1, "a", "killed", 1, false, 0, {}});
  const auto got = judged();
  EXPECT_EQ(got.recovery_max, 11ms - 1ns) << "asked 10 ms later, answered in 1 ms";
}

}  // namespace
}  // namespace troupe::chaos
