#include <gtest/gtest.h>

#include "chaos/scenario/run.hpp"
#include "tests/chaos/read_scenario.hpp"

namespace troupe::chaos {
namespace {

using namespace std::chrono_literals;

const char* const rough =
    "about: rough\nnodes: 3\nload: {rate: 200/s, fresh: 30%, forwarded: 20%}\n"
    "time: {before: 1s, during: 3s, after: 3s}\nexpect: {good: 90%, recovery: 2s}\n"
    "config:\n  supervision.max_restarts: 1000\n  supervision.root_max_restarts: 1000\n"
    "faults:\n"
    "  - {fault: crash, how: kill, every: 50ms}\n"
    "  - {fault: latency, share: 10%}\n"
    "  - {fault: loss, share: 1%}\n"
    "  - {fault: clock_skew, target: \"n2/\"}\n"
    "  - {fault: node_crash, every: 2s}\n";

TEST(a_simulation, of_the_same_seed_is_the_same_to_the_last_event) {
  const auto what = scenario_of(rough);
  const auto first = simulate(what, {.seed = 5});
  for (int round = 0; round < 10; ++round) {
    const auto again = simulate(what, {.seed = 5});
    ASSERT_EQ(again.log_hash, first.log_hash);
    ASSERT_EQ(again.events, first.events);
  }
  EXPECT_NE(simulate(what, {.seed = 6}).log_hash, first.log_hash);
}

TEST(a_simulation, answers_every_request_exactly_once_whatever_breaks) {
  const auto what = scenario_of(rough);
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto got = simulate(what, {.seed = seed});
    EXPECT_EQ(got.judged.answered_once, got.judged.accepted);
    EXPECT_TRUE(got.judged.violations.empty()) << got.judged.violations.front().text;
    EXPECT_GT(got.judged.restarts, 0u);
  }
}

TEST(a_simulation, without_faults_is_all_good) {
  auto what = scenario_of(rough);
  what.sometimes.clear();
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto got = simulate(what, {.seed = seed, .with_faults = false});
    EXPECT_EQ(got.judged.verdict, judgement::pass) << "seed " << seed;
    EXPECT_EQ(got.judged.good, got.judged.accepted) << "seed " << seed;
  }
}

TEST(a_simulation, takes_the_time_that_stages_compute) {
  const auto what = scenario_of(
      "about: one caller\nload: {rate: 5/s, contents: 1, fresh: 100%}\n"
      "time: {before: 2s, during: 2s, after: 2s}\n");
  const auto slow = cost_table::read(
      [] {
        std::string rows;
        for (const auto which : all_stages) {
          for (const auto* mode : {"fast", "balanced", "accurate"}) {
            rows += std::string(to_string(which)) + " " + mode +
                    " 10 2000000 2000000 2000000 2000000 2000000 2000000\n";
          }
        }
        return rows;
      }(),
      "costs");
  const auto got = simulate(what, {.seed = 1, .costs = &std::get<cost_table>(slow)});
  for (const auto& one : got.told.requests) {
    // Four stages behind each other; the classifier runs beside them.
    EXPECT_GE(one.latency(), 6ms);
    EXPECT_LE(one.latency(), 40ms);
  }
}

// What simulation has found in the runtime, each from the scenario that found it.

TEST(found_by_simulation, a_worker_whose_messages_were_lost_is_asked_again) {
  const auto what = scenario_of(
      "about: loss\nload: {rate: 100/s, fresh: 50%}\ntime: {before: 2s, during: 5s, after: 5s}\n"
      "expect: {recovery: 3s}\nfaults:\n  - {fault: loss, share: 20%}\n");
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto got = simulate(what, {.seed = seed});
    EXPECT_EQ(got.judged.verdict, judgement::pass)
        << "seed " << seed << ": " << got.judged.reasons.front();
  }
}

TEST(found_by_simulation, an_answer_that_was_held_up_does_not_say_that_it_is_in_time) {
  const auto what = scenario_of(
      "about: pause\nnodes: 2\nload: {rate: 200/s, forwarded: 20%}\n"
      "time: {before: 2s, during: 5s, after: 4s}\nfaults:\n"
      "  - {fault: pause, every: 1s, lasts: 300ms}\n");
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto got = simulate(what, {.seed = seed});
    EXPECT_TRUE(got.judged.violations.empty())
        << "seed " << seed << ": " << got.judged.violations.front().text;
  }
}

TEST(found_by_simulation, an_answer_of_another_request_never_reaches_a_caller) {
  for (const auto* how : {"foreign", "empty"}) {
    const auto what = scenario_of(std::string("about: lies\nload: {rate: 200/s, fresh: 50%}\n"
                                              "time: {before: 2s, during: 5s, after: 4s}\nfaults:\n"
                                              "  - {fault: byzantine, share: 20%, how: ") +
                                  how + "}\n");
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const auto got = simulate(what, {.seed = seed});
      EXPECT_TRUE(got.judged.violations.empty())
          << how << ", seed " << seed << ": " << got.judged.violations.front().text;
    }
  }
}

TEST(found_by_simulation, a_clock_that_changes_its_rate_leaves_no_job_behind) {
  const auto what = scenario_of(
      "about: skew and holds\nnodes: 2\nload: {rate: 200/s, fresh: 60%}\n"
      "time: {before: 1s, during: 6s, after: 4s}\nexpect: {good: 90%}\nfaults:\n"
      "  - {fault: clock_skew, drift: 0.5, every: 700ms, lasts: 350ms}\n"
      "  - {fault: loss, share: 5%}\n");
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto got = simulate(what, {.seed = seed});
    EXPECT_TRUE(got.judged.violations.empty())
        << "seed " << seed << ": " << got.judged.violations.front().text;
  }
}

TEST(found_by_simulation, what_outlives_an_actor_outlives_the_death_of_its_supervisor_too) {
  const auto what = scenario_of(
      "about: supervisors die\nload: {rate: 100/s, fresh: 50%}\n"
      "time: {before: 1s, during: 4s, after: 4s}\nconfig:\n"
      "  supervision.max_restarts: 1000\n  supervision.root_max_restarts: 1000\nfaults:\n"
      "  - {fault: crash, how: kill, every: 100ms, target: \"n1/compute/*\"}\n"
      "  - {fault: crash, name: more, how: kill, every: 150ms, target: \"n1/gateway*\"}\n");
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto got = simulate(what, {.seed = seed});
    EXPECT_EQ(got.judged.verdict, judgement::pass)
        << "seed " << seed << ": " << got.judged.reasons.front();
  }
}

}  // namespace
}  // namespace troupe::chaos
