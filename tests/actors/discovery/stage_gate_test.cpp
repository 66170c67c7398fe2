#include "actors/discovery/stage_gate.hpp"

#include <gtest/gtest.h>

namespace troupe {
namespace {

using namespace std::chrono_literals;
using verdict = stage_gate::verdict;

constexpr time_point start{};
constexpr time_point later = start + 1s;

stage_gate gate_for(std::uint32_t concurrent, std::uint32_t waiting = 1) {
  return {stage::grammar, {concurrent, waiting, 10s}};
}

TEST(stage_gate, a_closed_breaker_lets_calls_go_up_to_the_bulkhead_then_wait_then_refuses) {
  auto gate = gate_for(2);
  const auto first = gate.enter(later, start);
  EXPECT_EQ(first.how, verdict::go);
  EXPECT_EQ(gate.enter(later, start).how, verdict::go);
  const auto third = gate.enter(later, start);
  EXPECT_EQ(third.how, verdict::wait);
  const auto fourth = gate.enter(later, start);
  EXPECT_EQ(fourth.how, verdict::refused);
  EXPECT_EQ(fourth.why.code, errc::overloaded);
  const auto orders = gate.leave(first.with, call_outcome::succeeded, start);
  ASSERT_EQ(orders.enter.size(), 1U);
  EXPECT_EQ(orders.enter.front(), third.with.place);
}

TEST(stage_gate, an_open_breaker_refuses_until_the_instant_at_which_it_is_to_be_asked) {
  auto gate = gate_for(2);
  gate.show({breaker_state::open, 7, start + 100ms});
  const auto refused = gate.enter(later, start + 100ms - 1ns);
  EXPECT_EQ(refused.how, verdict::refused);
  EXPECT_EQ(refused.why.code, errc::unavailable);
  EXPECT_EQ(refused.why.retry_after, 1ns);
  EXPECT_EQ(gate.enter(later, start + 100ms).how, verdict::ask);
  gate.show({breaker_state::half_open, 8, {}});
  EXPECT_EQ(gate.enter(later, start).how, verdict::ask);
  EXPECT_EQ(gate.enter_with({8, 3}, later, start).how, verdict::go);
}

TEST(stage_gate, a_breaker_forced_open_always_refuses_and_one_forced_closed_never) {
  auto gate = gate_for(1);
  gate.show({breaker_state::forced_open, 2, {}});
  EXPECT_EQ(gate.enter(later, start).how, verdict::refused);
  gate.show({breaker_state::forced_closed, 3, {}});
  EXPECT_EQ(gate.enter(later, start).how, verdict::go);
}

TEST(stage_gate, reports_calls_in_batches_of_thirty_two_and_a_failure_at_once) {
  auto gate = gate_for(64);
  gate.show({breaker_state::closed, 1, {}});
  for (int i = 0; i < 31; ++i) {
    static_cast<void>(gate.leave(gate.enter(later, start).with, call_outcome::succeeded, start));
    EXPECT_FALSE(gate.take_samples(false));
  }
  static_cast<void>(
      gate.leave(gate.enter(later, start).with, call_outcome::succeeded, start + 5ms));
  const auto batch = gate.take_samples(false);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->generation, 1U);
  ASSERT_EQ(batch->calls.size(), 32U);
  EXPECT_EQ(batch->calls.back(), (call_sample{call_outcome::succeeded, 5ms}));
  static_cast<void>(gate.leave(gate.enter(later, start).with, call_outcome::failed, start));
  EXPECT_EQ(gate.take_samples(false)->calls.size(), 1U);
  EXPECT_FALSE(gate.take_samples(true)) << "nothing is left";
}

TEST(stage_gate, ignored_calls_and_those_with_a_permit_are_not_among_the_samples) {
  auto gate = gate_for(4);
  static_cast<void>(gate.leave(gate.enter(later, start).with, call_outcome::ignored, start));
  const auto probe = gate.enter_with({4, 9}, later, start);
  static_cast<void>(gate.leave(probe.with, call_outcome::failed, start));
  EXPECT_FALSE(gate.take_samples(true));
}

TEST(stage_gate, calls_of_an_earlier_state_are_forgotten_with_the_first_of_the_next) {
  auto gate = gate_for(4);
  gate.show({breaker_state::closed, 1, {}});
  static_cast<void>(gate.leave(gate.enter(later, start).with, call_outcome::succeeded, start));
  const auto old = gate.enter(later, start);
  gate.show({breaker_state::closed, 3, {}});
  static_cast<void>(gate.leave(gate.enter(later, start).with, call_outcome::succeeded, start));
  static_cast<void>(gate.leave(old.with, call_outcome::failed, start));
  const auto samples = gate.take_samples(true);
  ASSERT_TRUE(samples);
  EXPECT_EQ(samples->generation, 3U);
  EXPECT_EQ(samples->calls.size(), 1U);
}

TEST(stage_gate, a_late_call_is_no_fault_of_a_stage_that_has_answered_another_since) {
  auto gate = gate_for(4);
  const auto late = gate.enter(later, start);
  EXPECT_EQ(gate.outcome_of_late(late.with, 1ms, start + 100ms), call_outcome::failed);
  const auto other = gate.enter(later, start);
  static_cast<void>(gate.leave(other.with, call_outcome::succeeded, start + 50ms));
  EXPECT_EQ(gate.outcome_of_late(late.with, 1ms, start + 100ms), call_outcome::ignored);
  const auto next = gate.enter(later, start + 51ms);
  EXPECT_EQ(gate.outcome_of_late(next.with, 1ms, start + 100ms - 1ns), call_outcome::ignored)
      << "it works, and this one had little time";
  EXPECT_EQ(gate.outcome_of_late(next.with, 1ms, start + 100ms), call_outcome::failed);
  gate.excuse(start + 90ms);
  EXPECT_EQ(gate.outcome_of_late(next.with, 1ms, start + 100ms), call_outcome::ignored);
}

TEST(stage_gate, a_late_call_has_failed_only_if_it_had_time_enough) {
  EXPECT_EQ(outcome_of(errc::deadline_exceeded, 20ms, 10ms), call_outcome::failed);
  EXPECT_EQ(outcome_of(errc::deadline_exceeded, 20ms - 1ns, 10ms), call_outcome::ignored);
  EXPECT_EQ(outcome_of(errc::deadline_exceeded, 1ms, 1us), call_outcome::failed);
  EXPECT_EQ(outcome_of(errc::deadline_exceeded, 1ms - 1ns, 1us), call_outcome::ignored);
  EXPECT_EQ(outcome_of(errc::crashed, 0ns, 10ms), call_outcome::failed);
  EXPECT_EQ(outcome_of(errc::overloaded, 30ms, 10ms), call_outcome::ignored);
  EXPECT_EQ(outcome_of(errc::grammar_failed, 1ms, 10ms), call_outcome::succeeded);
  EXPECT_EQ(outcome_of(errc::none, 1ms, 10ms), call_outcome::succeeded);
}

/// Has answered a call at `start`.
stage_gate gate_that_answered() {
  auto gate = gate_for(8);
  gate.show({breaker_state::closed, 1, {}});
  static_cast<void>(gate.leave(gate.enter(later, start).with, call_outcome::succeeded, start));
  return gate;
}

TEST(stage_gate, a_stage_is_silent_at_exactly_fifty_milliseconds_and_eight_times_the_costliest) {
  auto gate = gate_that_answered();
  const auto call = gate.enter(later, start + 10ms).with;
  EXPECT_FALSE(gate.is_silent(call, 1ms, false, start + 60ms - 1ns));
  EXPECT_TRUE(gate.is_silent(call, 1ms, false, start + 60ms));
  EXPECT_FALSE(gate.is_silent(call, 10ms, false, start + 90ms - 1ns));
  EXPECT_TRUE(gate.is_silent(call, 10ms, false, start + 90ms));
}

TEST(stage_gate, an_answer_to_another_call_ends_the_silence_and_so_does_being_held_up) {
  auto gate = gate_that_answered();
  const auto call = gate.enter(later, start).with;
  const auto other = gate.enter(later, start).with;
  static_cast<void>(gate.leave(other, call_outcome::succeeded, start + 40ms));
  EXPECT_FALSE(gate.is_silent(call, 1ms, false, start + 90ms - 1ns));
  EXPECT_TRUE(gate.is_silent(call, 1ms, false, start + 90ms));
  gate.excuse(start + 80ms);
  EXPECT_FALSE(gate.is_silent(call, 1ms, false, start + 130ms - 1ns));
  EXPECT_TRUE(gate.is_silent(call, 1ms, false, start + 130ms));
}

TEST(stage_gate, while_too_much_is_asked_a_stage_is_silent_ten_times_later_whoever_called) {
  auto gate = gate_that_answered();
  auto call = gate.enter(later, start + 1s).with;
  EXPECT_FALSE(gate.is_silent(call, 1ms, true, start + 1500ms - 1ns));
  EXPECT_TRUE(gate.is_silent(call, 1ms, true, start + 1500ms));
  EXPECT_FALSE(gate.is_silent(call, 10ms, true, start + 1800ms - 1ns));
  for (auto now = start + 1100ms; now <= start + 1400ms; now += 100ms) {  // a break of 50 ms each
    static_cast<void>(gate.leave(call, call_outcome::failed, now));
    call = gate.enter(later, now + 50ms).with;
  }
  EXPECT_FALSE(gate.is_silent(call, 1ms, true, start + 1500ms - 1ns));
  EXPECT_TRUE(gate.is_silent(call, 1ms, true, start + 1500ms));
  static_cast<void>(gate.leave(call, call_outcome::failed, start + 1500ms));
  call = gate.enter(later, start + 1550ms + 1ns).with;
  EXPECT_FALSE(gate.is_silent(call, 1ms, true, start + 2050ms)) << "nobody called for a while";
}

TEST(stage_gate, of_a_stage_that_has_answered_nothing_yet_nobody_knows_how_long_it_takes) {
  auto gate = gate_for(8);
  const auto call = gate.enter(later, start).with;
  EXPECT_FALSE(gate.is_silent(call, 1ms, false, start + 1h));
}

TEST(stage_gate, silence_is_reported_at_once) {
  auto gate = gate_that_answered();
  EXPECT_TRUE(gate.take_samples(true));
  const auto call = gate.enter(later, start).with;
  gate.report_silent(call, start + 60ms);
  const auto samples = gate.take_samples(false);
  ASSERT_TRUE(samples);
  EXPECT_EQ(samples->calls, (std::vector<call_sample>{{call_outcome::silent, 60ms}}));
}

}  // namespace
}  // namespace troupe
