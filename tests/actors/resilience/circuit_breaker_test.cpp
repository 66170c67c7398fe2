#include "actors/resilience/circuit_breaker.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace troupe {
namespace {

using namespace std::chrono_literals;
using state = circuit_breaker::state;
using outcome = circuit_breaker::outcome;
using cause = circuit_breaker::cause;
using change = circuit_breaker::change;
using permit = circuit_breaker::permit;

constexpr time_point start = time_point{} + 1h;

class circuit_breaker_test : public testing::Test {
 protected:
  static circuit_breaker::options rules() {
    return {.window = {.calls = 10},
            .minimum_calls = 4,
            .failure_threshold = 0.5,
            .slow_threshold = 0.75,
            .slow_call = 100ms,
            .open_time = 10s,
            .probes = 3,
            .probe_time = 2s,
            .half_open_time = 5s};
  }

  permit acquire() {
    const auto got = breaker.try_acquire(now);
    EXPECT_TRUE(got.granted);
    return got.granted.value_or(permit{});
  }
  bool refused() { return !breaker.try_acquire(now).granted; }
  std::optional<change> call(outcome how, duration took = 1ms) {
    return breaker.record(acquire(), how, took, now);
  }
  void fail_until_open() {
    for (int i = 0; i < 4; ++i) (void)call(outcome::failed);
    ASSERT_EQ(breaker.now_in(), state::open);
  }
  /// Half open with nothing granted but what is returned.
  permit half_open() {
    fail_until_open();
    now += 10s;
    const auto first = acquire();
    EXPECT_EQ(breaker.now_in(), state::half_open);
    return first;
  }

  time_point now = start;
  circuit_breaker breaker{rules()};
};

TEST_F(circuit_breaker_test, is_not_judged_before_the_minimum_of_calls) {
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(call(outcome::failed));
  EXPECT_EQ(call(outcome::failed),
            (change{state::closed, state::open, cause::failure_rate, 1.0, 0.0}));
}

TEST_F(circuit_breaker_test, opens_at_exactly_the_failure_threshold) {
  for (const auto how : {outcome::succeeded, outcome::succeeded, outcome::succeeded,
                         outcome::failed, outcome::failed}) {
    EXPECT_FALSE(call(how)) << "2 of 5";
  }
  EXPECT_EQ(call(outcome::failed),
            (change{state::closed, state::open, cause::failure_rate, 0.5, 0.0}));
}

TEST_F(circuit_breaker_test, the_call_that_completes_the_minimum_is_judged_though_it_succeeded) {
  (void)call(outcome::failed);
  (void)call(outcome::failed);
  (void)call(outcome::succeeded);
  EXPECT_TRUE(call(outcome::succeeded));
}

TEST_F(circuit_breaker_test, opens_at_exactly_the_slow_threshold_and_only_longer_is_slow) {
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(call(outcome::succeeded, 100ms)) << "not slow";
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(call(outcome::succeeded, 100ms + 1ns)) << i;
  EXPECT_FALSE(call(outcome::succeeded, 1h)) << "7 of 10";
  EXPECT_EQ(call(outcome::succeeded, 101ms),
            (change{state::closed, state::open, cause::slow_rate, 0.0, 0.8}))
      << "the first has left the window";
}

TEST_F(circuit_breaker_test, ignored_calls_count_for_nothing) {
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(call(outcome::ignored, 1h));
  EXPECT_EQ(breaker.tally(now), call_window::tally{});
}

TEST_F(circuit_breaker_test, old_calls_leave_a_window_by_time) {
  auto by_time = rules();
  by_time.window = {.by = call_window::kind::time, .span = 10s, .slices = 10};
  breaker = circuit_breaker(by_time);
  for (int i = 0; i < 3; ++i) (void)call(outcome::failed);
  now += 10s;
  EXPECT_FALSE(call(outcome::failed)) << "one of one";
  EXPECT_EQ(breaker.now_in(), state::closed);
}

TEST_F(circuit_breaker_test, refuses_for_exactly_the_open_time_and_says_for_how_long) {
  fail_until_open();
  EXPECT_EQ(breaker.try_acquire(now).retry_after, 10s);
  now += 9'999ms;
  const auto got = breaker.try_acquire(now);
  EXPECT_FALSE(got.granted);
  EXPECT_EQ(got.retry_after, 1ms);
  now += 1ms;
  const auto first = breaker.try_acquire(now);
  EXPECT_TRUE(first.granted);
  EXPECT_EQ(first.changed, (change{state::open, state::half_open, cause::open_time_over, 0, 0}));
}

TEST_F(circuit_breaker_test, half_open_permits_exactly_its_number_of_probes) {
  (void)half_open();
  (void)acquire();
  (void)acquire();
  EXPECT_TRUE(refused());
  EXPECT_TRUE(refused());
}

TEST_F(circuit_breaker_test, an_answered_probe_makes_no_room_for_another) {
  const auto first = half_open();
  (void)acquire();
  (void)acquire();
  EXPECT_FALSE(breaker.record(first, outcome::succeeded, 1ms, now));
  EXPECT_TRUE(refused());
}

TEST_F(circuit_breaker_test, closes_after_the_last_probe_went_well_and_not_before) {
  const std::vector probes{half_open(), acquire(), acquire()};
  EXPECT_FALSE(breaker.record(probes[2], outcome::succeeded, 1ms, now));
  EXPECT_FALSE(breaker.record(probes[0], outcome::failed, 1ms, now)) << "1 of 3 is below a half";
  EXPECT_EQ(breaker.record(probes[1], outcome::succeeded, 1ms, now),
            (change{state::half_open, state::closed, cause::probes_passed, 1.0 / 3, 0}));
  EXPECT_EQ(breaker.tally(now), call_window::tally{}) << "it starts from nothing";
}

TEST_F(circuit_breaker_test, opens_again_after_the_last_probe_when_too_many_failed) {
  const std::vector probes{half_open(), acquire(), acquire()};
  EXPECT_FALSE(breaker.record(probes[0], outcome::failed, 1ms, now));
  EXPECT_FALSE(breaker.record(probes[1], outcome::failed, 1ms, now)) << "verdict after all three";
  const auto got = breaker.record(probes[2], outcome::succeeded, 1ms, now);
  EXPECT_EQ(got, (change{state::half_open, state::open, cause::probes_failed, 2.0 / 3, 0}));
  EXPECT_EQ(breaker.try_acquire(now).retry_after, 10s);
}

TEST_F(circuit_breaker_test, slow_probes_open_it_again) {
  const std::vector probes{half_open(), acquire(), acquire()};
  for (const auto& probe : probes) (void)breaker.record(probe, outcome::succeeded, 1s, now);
  EXPECT_EQ(breaker.now_in(), state::open);
}

TEST_F(circuit_breaker_test, a_probe_whose_caller_died_or_cancelled_is_granted_again) {
  const auto first = half_open();
  (void)acquire();
  (void)acquire();
  ASSERT_TRUE(refused());
  EXPECT_FALSE(breaker.record(first, outcome::ignored, 0ms, now));
  const auto again = acquire();
  EXPECT_NE(again, first);
  EXPECT_TRUE(refused());
  EXPECT_FALSE(breaker.record(first, outcome::ignored, 0ms, now)) << "it came back before";
  EXPECT_TRUE(refused());
}

TEST_F(circuit_breaker_test, a_probe_that_nobody_answers_has_failed_after_exactly_its_time) {
  const std::vector probes{half_open(), acquire(), acquire()};
  EXPECT_EQ(breaker.next_due(), now + 2s);
  (void)breaker.record(probes[0], outcome::failed, 1ms, now);
  (void)breaker.record(probes[1], outcome::succeeded, 1ms, now);
  EXPECT_FALSE(breaker.tick(now + 2s - 1ns));
  EXPECT_EQ(breaker.tick(now + 2s),
            (change{state::half_open, state::open, cause::probes_failed, 2.0 / 3, 1.0 / 3}));
}

TEST_F(circuit_breaker_test, the_answer_to_a_probe_that_was_given_up_is_ignored) {
  const auto first = half_open();
  now += 2s;
  EXPECT_FALSE(breaker.record(first, outcome::succeeded, 2s, now)) << "too late is not well";
  (void)breaker.record(acquire(), outcome::succeeded, 1ms, now);
  const auto got = breaker.record(acquire(), outcome::succeeded, 1ms, now);
  EXPECT_EQ(got, (change{state::half_open, state::closed, cause::probes_passed, 1.0 / 3, 1.0 / 3}));
}

TEST_F(circuit_breaker_test, half_open_ends_after_exactly_its_time) {
  (void)breaker.record(half_open(), outcome::succeeded, 1ms, now);
  EXPECT_EQ(breaker.next_due(), now + 5s);
  EXPECT_FALSE(breaker.tick(now + 5s - 1ns));
  const auto got = breaker.try_acquire(now + 5s);
  EXPECT_FALSE(got.granted);
  EXPECT_EQ(got.retry_after, 10s);
  EXPECT_EQ(got.changed, (change{state::half_open, state::open, cause::half_open_timed_out, 0, 0}));
}

TEST_F(circuit_breaker_test, the_same_probe_is_answered_once) {
  const auto first = half_open();
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(breaker.record(first, outcome::failed, 1ms, now));
  EXPECT_EQ(breaker.now_in(), state::half_open);
}

TEST_F(circuit_breaker_test, results_of_an_earlier_state_are_ignored) {
  const auto old = acquire();
  const std::vector probes{half_open(), acquire(), acquire()};
  EXPECT_FALSE(breaker.record(old, outcome::failed, 1ms, now));
  for (const auto& probe : probes) (void)breaker.record(probe, outcome::succeeded, 1ms, now);
  ASSERT_EQ(breaker.now_in(), state::closed);
  for (int i = 0; i < 9; ++i) {
    EXPECT_FALSE(breaker.record(old, outcome::failed, 1ms, now));
    EXPECT_FALSE(breaker.record(probes[0], outcome::failed, 1ms, now));
  }
  EXPECT_EQ(breaker.tally(now), call_window::tally{});
}

TEST_F(circuit_breaker_test, forced_open_refuses_all_for_ever) {
  EXPECT_EQ(breaker.force_open(now), (change{state::closed, state::forced_open, cause::asked}));
  EXPECT_TRUE(refused());
  now += 1000h;
  EXPECT_TRUE(refused());
  EXPECT_FALSE(breaker.force_open(now)) << "no change";
}

TEST_F(circuit_breaker_test,
       a_probe_that_nobody_reports_on_after_its_deadline_is_lost_and_has_failed) {
  fail_until_open();
  now += 10s;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(breaker.try_acquire(now, now + 200ms).granted);
  EXPECT_EQ(breaker.next_due(), now + 300ms) << "the deadline, and the time to report it";
  now += 300ms - 1ns;
  EXPECT_FALSE(breaker.tick(now));
  EXPECT_EQ(breaker.probes_lost(), 0U);
  now += 1ns;
  EXPECT_EQ(breaker.tick(now), (change{state::half_open, state::open, cause::probes_failed, 1, 1}));
  EXPECT_EQ(breaker.probes_lost(), 3U);
}

TEST_F(circuit_breaker_test,
       a_probe_without_a_verdict_is_granted_again_even_when_its_time_is_over) {
  fail_until_open();
  now += 10s;
  const auto probe = breaker.try_acquire(now, now + 200ms);
  now += 1s;
  EXPECT_FALSE(breaker.record(*probe.granted, outcome::ignored, 1s, now));
  EXPECT_EQ(breaker.probes_lost(), 0U);
  EXPECT_FALSE(breaker.try_acquire(now, now).granted) << "a call that is over tries nothing";
  EXPECT_TRUE(breaker.try_acquire(now, now + 1ns).granted);
}

TEST_F(circuit_breaker_test, a_distant_deadline_does_not_lengthen_the_time_of_a_probe) {
  fail_until_open();
  now += 10s;
  EXPECT_TRUE(breaker.try_acquire(now, now + 1h).granted);
  EXPECT_EQ(breaker.next_due(), now + 2s);
}

TEST_F(circuit_breaker_test, forced_closed_permits_all_and_counts_nothing) {
  fail_until_open();
  EXPECT_EQ(breaker.force_closed(now), (change{state::open, state::forced_closed, cause::asked}));
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(call(outcome::failed));
  EXPECT_EQ(breaker.now_in(), state::forced_closed);
}

TEST_F(circuit_breaker_test, reset_closes_and_forgets) {
  fail_until_open();
  EXPECT_EQ(breaker.reset(now), (change{state::open, state::closed, cause::asked}));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(call(outcome::failed));
  EXPECT_FALSE(breaker.reset(now)) << "it was closed";
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(call(outcome::failed)) << "but it forgot";
}

TEST_F(circuit_breaker_test, a_clock_that_jumps_back_does_not_keep_it_open) {
  fail_until_open();
  now -= 30min;
  EXPECT_TRUE(refused());
  now += 10s - 1ns;
  EXPECT_TRUE(refused());
  now += 1ns;
  EXPECT_FALSE(refused());
  EXPECT_EQ(breaker.next_due(), now + 2s) << "told in readings of the clock";
}

TEST_F(circuit_breaker_test, a_clock_that_jumps_ahead_ends_all_waits) {
  (void)half_open();
  EXPECT_EQ(breaker.tick(now + 1000h),
            (change{state::half_open, state::open, cause::half_open_timed_out, 0, 0}));
}

TEST_F(circuit_breaker_test, an_adaptive_threshold_opens_on_what_is_unusual) {
  auto adaptive = rules();
  adaptive.adaptive = true;
  adaptive.window.calls = 20;
  adaptive.baseline = {.floor = 0.2, .batch_calls = 10, .batches = 2};
  breaker = circuit_breaker(adaptive);
  EXPECT_EQ(breaker.failure_threshold(), 0.5) << "nothing learnt yet";
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(call(outcome::succeeded));
  EXPECT_EQ(breaker.failure_threshold(), 0.2);
  EXPECT_EQ(breaker.slow_threshold(), 0.2);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(call(outcome::failed)) << "3 of 20";
  EXPECT_EQ(call(outcome::failed)->failure_rate, 0.2);
  (void)breaker.reset(now);
  EXPECT_EQ(breaker.failure_threshold(), 0.2) << "what was learnt stays";
}

TEST_F(circuit_breaker_test, rules_that_cannot_hold_are_read_as_the_least) {
  auto odd = rules();
  odd.probes = 0;
  odd.minimum_calls = 1'000;  // more than the window holds
  breaker = circuit_breaker(odd);
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(call(outcome::failed));
  EXPECT_TRUE(call(outcome::failed));
  now += 10s;
  EXPECT_EQ(breaker.record(acquire(), outcome::succeeded, 1ms, now)->to, state::closed);
}

class silent_dependency : public circuit_breaker_test {
 protected:
  silent_dependency() {
    auto limits = rules();
    limits.window.calls = 100;
    limits.minimum_calls = 20;
    limits.silent_calls = 3;
    breaker = circuit_breaker(limits);
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(call(outcome::succeeded));
  }
};

TEST_F(silent_dependency, opens_at_exactly_so_many_in_a_row_however_well_the_window_looks) {
  EXPECT_FALSE(call(outcome::silent));
  EXPECT_FALSE(call(outcome::silent));
  EXPECT_EQ(call(outcome::silent), (change{state::closed, state::open, cause::silence, 0.03, 0.0}));
}

TEST_F(silent_dependency, is_not_silent_when_any_call_between_was_answered) {
  for (const auto answered : {outcome::succeeded, outcome::failed}) {
    EXPECT_FALSE(call(outcome::silent));
    EXPECT_FALSE(call(outcome::silent));
    EXPECT_FALSE(call(answered));
  }
  EXPECT_FALSE(call(outcome::silent));
  EXPECT_FALSE(call(outcome::ignored)) << "which tells nothing";
  EXPECT_FALSE(call(outcome::silent));
  EXPECT_TRUE(call(outcome::silent));
}

TEST_F(circuit_breaker_test, a_silent_call_is_a_failed_one_where_silence_alone_does_not_open) {
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(call(outcome::silent));
  EXPECT_EQ(call(outcome::silent),
            (change{state::closed, state::open, cause::failure_rate, 1.0, 0.0}));
}

TEST_F(circuit_breaker_test, a_probe_that_is_silent_has_failed) {
  std::vector<permit> probes{half_open(), acquire(), acquire()};
  for (const auto& probe : probes) {
    const auto got = breaker.record(probe, outcome::silent, 1ms, now);
    EXPECT_EQ(got.has_value(), probe == probes.back());
  }
  EXPECT_EQ(breaker.now_in(), state::open);
}

TEST_F(circuit_breaker_test, slow_is_longer_than_the_limit_and_than_eight_times_the_expected) {
  const auto slow_rate_after = [&](duration took, duration expected) {
    circuit_breaker fresh(rules());
    (void)fresh.record(*fresh.try_acquire(now).granted, outcome::succeeded, took, now, expected);
    return fresh.tally(now).slow_rate();
  };
  EXPECT_EQ(slow_rate_after(100ms, 0ms), 0);
  EXPECT_EQ(slow_rate_after(100ms + 1ns, 0ms), 1);
  EXPECT_EQ(slow_rate_after(160ms, 20ms), 0);
  EXPECT_EQ(slow_rate_after(160ms + 1ns, 20ms), 1);
}

}  // namespace
}  // namespace troupe
