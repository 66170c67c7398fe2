#include "tests/actors/discovery/coordinator_fixture.hpp"

namespace troupe::test {
namespace {

/// A breaker that gives its permits, or refuses.
struct breaker_script {
  std::vector<call_sample> told;
  std::vector<permit_return> returned;
  std::uint32_t permits = 0;
  int asked = 0;
  time_point deadline;  // of the latest call that asked
};

struct scripted_breaker {
  using handle = breaker_actor;
  static constexpr const char* name = "scripted_breaker";
  scripted_breaker(handle::pointer self, std::shared_ptr<breaker_script> script, breaker_view first)
      : self_(self), script_(std::move(script)), first_(first) {}
  handle::behavior_type make_behavior() {
    return {
        [this](const watch_breaker& asked) {
          self_->send(asked.watcher, breaker_news{stage::grammar, first_});
        },
        [this](const permit_request& asked) -> permit_answer {
          ++script_->asked;
          script_->deadline = asked.deadline;
          if (script_->permits == 0) return {{}, 70ms};
          return {breaker_permit{first_.generation, script_->permits--}, {}};
        },
        [this](const call_samples& got) {
          script_->told.insert(script_->told.end(), got.calls.begin(), got.calls.end());
        },
        [this](const permit_return& got) { script_->returned.push_back(got); },
        [](breaker_query) { return breaker_status{}; },
        [](breaker_order) { return breaker_status{}; },
        [](tick_atom) {},
    };
  }

 private:
  handle::pointer self_;
  std::shared_ptr<breaker_script> script_;
  breaker_view first_;
};

class coordinator_breaker_test : public coordinator_test {
 protected:
  void start_with(const breaker_view& view) {
    start(0);
    const auto breaker = owned(system().spawn<shell<scripted_breaker>>(breaker_, view));
    caf::anon_send(coordinator_, breaker_route{stage::grammar, breaker});
    settle();
  }
  [[nodiscard]] bool grammar_was_asked() const {
    return std::ranges::any_of(
        stages_->got, [](const auto& one) { return one.stages.front() == stage::grammar; });
  }
  std::shared_ptr<breaker_script> breaker_ = std::make_shared<breaker_script>();
};

TEST_F(coordinator_breaker_test, a_closed_breaker_is_told_how_calls_went_and_never_asked) {
  start_with({breaker_state::closed, 5, {}});
  const auto got = send(job());
  ASSERT_TRUE(got->value);
  EXPECT_FALSE((*got->value)->partial);
  send(job(2));
  EXPECT_TRUE(breaker_->told.empty()) << "not of each";
  advance(100ms);
  EXPECT_EQ(breaker_->asked, 0);
  ASSERT_EQ(breaker_->told.size(), 2U);
  EXPECT_EQ(breaker_->told.front().how, call_outcome::succeeded);
}

TEST_F(coordinator_breaker_test, behind_an_open_breaker_the_answer_is_partial_and_says_so) {
  start_with({breaker_state::open, 5, now() + 1s});
  const auto got = send(job());
  ASSERT_TRUE(got->value) << "without waiting for the deadline";
  const auto& result = **got->value;
  EXPECT_TRUE(result.partial);
  EXPECT_EQ(result.used, fallback::partial);
  EXPECT_NE(result.fallback_why.find("breaker of grammar is open"), std::string::npos);
  EXPECT_FALSE(grammar_was_asked());
}

TEST_F(coordinator_breaker_test,
       who_takes_no_partial_answer_gets_the_error_and_when_to_come_again) {
  start_with({breaker_state::open, 5, now() + 1s});
  auto strict = job();
  strict.request.fallbacks = {};
  const auto got = send(strict);
  ASSERT_TRUE(got->error);
  const auto why = to_failure(*got->error);
  EXPECT_EQ(why.code, errc::unavailable);
  EXPECT_EQ(why.retry_after, 1s);
}

TEST_F(coordinator_breaker_test, a_half_open_breaker_is_asked_and_gets_its_permit_back) {
  start_with({breaker_state::half_open, 6, {}});
  breaker_->permits = 1;
  const auto asked = job(1);
  const auto got = send(asked);
  ASSERT_TRUE(got->value);
  EXPECT_EQ(breaker_->deadline, asked.deadline) << "the permit ends with the call";
  EXPECT_FALSE((*got->value)->partial);
  ASSERT_EQ(breaker_->returned.size(), 1U);
  EXPECT_EQ(breaker_->returned.front().granted, (breaker_permit{6, 1}));
  EXPECT_EQ(breaker_->returned.front().call.how, call_outcome::succeeded);
  const auto refused = send(job(2));
  ASSERT_TRUE(refused->value);
  EXPECT_TRUE((*refused->value)->partial);
}

TEST_F(coordinator_breaker_test, a_probe_that_is_not_answered_in_time_has_failed) {
  start_with({breaker_state::half_open, 6, {}});
  breaker_->permits = 1;
  stages_->hangs = {stage::grammar};
  const auto got = send(job(1, 1s));
  advance(1s);
  EXPECT_EQ(got->times, 1);
  ASSERT_EQ(breaker_->returned.size(), 1U);
  EXPECT_EQ(breaker_->returned.front().call.how, call_outcome::failed);
}

TEST_F(coordinator_breaker_test, a_stage_that_falls_silent_is_known_long_before_the_deadlines) {
  start_with({breaker_state::closed, 5, {}});
  const auto silent = [this] {
    return std::ranges::count(breaker_->told, call_outcome::silent, &call_sample::how);
  };
  send(job(1));
  stages_->hangs = {stage::grammar};
  const auto first = send(job(2, 10s));
  const auto second = send(job(3, 10s));
  advance(49ms);
  EXPECT_EQ(silent(), 0);
  advance(15ms);
  EXPECT_EQ(silent(), 2);
  EXPECT_FALSE(first->value) << "it may still be answered";
  advance(10s);
  EXPECT_TRUE((*second->value)->partial);
  EXPECT_EQ(breaker_->told.size(), 3U) << "the answered one; each silent call once";
}

TEST_F(coordinator_breaker_test,
       a_stage_is_called_silent_later_while_requests_are_refused_as_too_many) {
  at_once_ = 2;
  rules_.admit.interval = 20ms;
  rules_.admit.target = 5ms;
  start_with({breaker_state::closed, 5, {}});
  const auto silent = [this] {
    return std::ranges::count(breaker_->told, call_outcome::silent, &call_sample::how);
  };
  send(job(1));
  stages_->hangs = {stage::grammar};
  send(job(2, 10s));
  send(job(3, 10s));
  std::vector<reply_ptr<discovery_result_ptr>> more;
  for (std::uint64_t id = 4; id < 100; ++id) {
    more.push_back(send(job(id, 10s)));
    advance(5ms);
  }
  EXPECT_EQ(more.front()->code(), errc::overloaded);
  EXPECT_EQ(silent(), 0) << "after 480 ms";
  for (std::uint64_t id = 100; id < 108; ++id) {
    send(job(id, 10s));
    advance(5ms);
  }
  EXPECT_EQ(silent(), 2);
}

TEST_F(coordinator_breaker_test, who_waits_for_a_silent_stage_is_answered_when_its_breaker_opens) {
  start_with({breaker_state::closed, 5, {}});
  send(job(1));
  stages_->hangs = {stage::grammar};
  const auto silent = send(job(2, 10s));
  advance(64ms);
  const auto fresh = send(job(3, 10s));
  caf::anon_send(coordinator_, breaker_news{stage::grammar, {breaker_state::open, 6, now() + 1s}});
  settle();
  ASSERT_TRUE(silent->value);
  EXPECT_EQ(told(*silent->value, stage::grammar).state, outcome::failed);
  EXPECT_NE((*silent->value)->fallback_why.find("answers nobody"), std::string::npos);
  EXPECT_TRUE(stages_->got[stages_->got.size() - 3].stop.stop_requested());
  EXPECT_FALSE(fresh->value) << "nobody knows about it yet";
}

TEST_F(coordinator_breaker_test, a_silent_probe_gives_its_permit_back_once) {
  start_with({breaker_state::closed, 5, {}});
  send(job(1));
  caf::anon_send(coordinator_, breaker_news{stage::grammar, {breaker_state::half_open, 6, {}}});
  breaker_->permits = 1;
  stages_->hangs = {stage::grammar};
  const auto got = send(job(2, 1s));
  advance(64ms);
  ASSERT_EQ(breaker_->returned.size(), 1U);
  EXPECT_EQ(breaker_->returned.front().call.how, call_outcome::silent);
  EXPECT_EQ(got->times, 1) << "the others that try are not waited for";
  advance(1s);
  EXPECT_EQ(breaker_->returned.size(), 1U);
}

TEST_F(coordinator_test, a_full_bulkhead_lets_jobs_wait_and_the_next_one_leaves_it_none) {
  rules_.bulk.concurrent = 1;
  rules_.bulk.waiting = 1;
  start(0);
  stages_->hangs = {stage::grammar};
  const auto inside = send(job(1, 50ms));
  const auto waits = send(job(2, 200ms));
  const auto refused = send(job(3, 200ms));
  ASSERT_TRUE(refused->value) << "partial at once";
  EXPECT_TRUE((*refused->value)->partial);
  EXPECT_TRUE(waits->open());
  stages_->hangs.clear();
  advance(50ms);
  EXPECT_EQ(inside->times, 1);
  ASSERT_TRUE(waits->value) << "its turn came when the first was given up";
  EXPECT_FALSE((*waits->value)->partial);
}

}  // namespace
}  // namespace troupe::test
