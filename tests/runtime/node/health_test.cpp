#include "runtime/node/health.hpp"

#include <gtest/gtest.h>

namespace troupe {
namespace {

tree_entry entry(const std::string& path, bool running, const std::string& reason = {}) {
  tree_entry out;
  out.path = path;
  out.running = running;
  out.last_reason = reason;
  return out;
}

TEST(judge_health, a_component_with_everything_running_is_healthy) {
  const auto report = judge_health({{entry("cache", true), entry("cache/shard-1", true)}}, true);
  ASSERT_EQ(report.size(), 1U);
  EXPECT_EQ(report[0].name, "cache");
  EXPECT_EQ(report[0].state, health::healthy);
  EXPECT_EQ(overall(report), health::healthy);
}

TEST(judge_health, a_part_that_is_down_degrades_its_component_and_no_other) {
  const auto report = judge_health({{entry("cache", true), entry("cache/shard-1", false, "boom"),
                                     entry("compute", true), entry("compute/grammar", true)}},
                                   true);
  ASSERT_EQ(report.size(), 2U);
  EXPECT_EQ(report[0].state, health::degraded);
  EXPECT_EQ(report[0].why, "cache/shard-1 is down: boom");
  EXPECT_EQ(report[1].state, health::healthy);
  EXPECT_EQ(overall(report), health::degraded);
}

TEST(judge_health, a_component_that_does_not_run_is_unhealthy) {
  const auto report = judge_health({{entry("cache", false), entry("cache/shard-1", false)}}, true);
  EXPECT_EQ(report[0].state, health::unhealthy);
  EXPECT_EQ(overall(report), health::unhealthy);
}

TEST(judge_health, names_that_begin_alike_are_told_apart) {
  const auto report = judge_health({{entry("cache", true), entry("cache-2", false)}}, true);
  ASSERT_EQ(report.size(), 2U);
  EXPECT_EQ(report[0].state, health::healthy);
  EXPECT_EQ(report[1].state, health::unhealthy);
}

TEST(judge_health, a_node_that_is_not_ready_or_does_not_answer_is_unhealthy) {
  EXPECT_EQ(overall(judge_health({{entry("cache", true)}}, false)), health::unhealthy);
  EXPECT_EQ(overall(judge_health({}, true)), health::unhealthy);
}

objective_status standing(objective_state state, bool silent = false) {
  objective_status out;
  out.what = built_in_objectives().front();
  out.state = state;
  out.silent = silent;
  return out;
}

TEST(judge_objective, is_degraded_at_risk_before_it_is_unhealthy) {
  EXPECT_EQ(judge_objective(standing(objective_state::ok)).state, health::healthy);
  EXPECT_EQ(judge_objective(standing(objective_state::at_risk)).state, health::degraded);
  EXPECT_EQ(judge_objective(standing(objective_state::violated)).state, health::unhealthy);
  EXPECT_EQ(judge_objective(standing(objective_state::ok)).name, "objective answered_in_time");
  EXPECT_EQ(judge_objective(standing(objective_state::ok)).why, "");
}

TEST(judge_objective, says_when_its_metric_does_not_come) {
  const auto judged = judge_objective(standing(objective_state::ok, true));
  EXPECT_EQ(judged.state, health::degraded);
  EXPECT_EQ(judged.why,
            "its metric does not come: share of troupe_sla_answers_total{in_time=\"yes\"} in "
            "troupe_sla_answers_total, 99.9 % of 24 h");
}

TEST(judge_breaker, is_degraded_unless_closed_and_connected) {
  const auto judged = [](breaker_state state, bool connected = true) {
    breaker_report seen{"store", {}};
    seen.status.now.state = state;
    seen.status.connected = connected;
    return judge_breaker(seen);
  };
  EXPECT_FALSE(judged(breaker_state::closed));
  EXPECT_FALSE(judged(breaker_state::forced_closed));
  for (const auto state :
       {breaker_state::open, breaker_state::half_open, breaker_state::forced_open}) {
    ASSERT_TRUE(judged(state));
    EXPECT_EQ(judged(state)->state, health::degraded);
    EXPECT_EQ(judged(state)->name, "breaker/store");
    EXPECT_EQ(judged(state)->why, std::string("it is ").append(to_string(state)));
  }
  ASSERT_TRUE(judged(breaker_state::closed, false));
  EXPECT_EQ(judged(breaker_state::closed, false)->why, "its dependency is not connected");
}

}  // namespace
}  // namespace troupe
