#include "runtime/supervision/restart_policy.hpp"

#include <gtest/gtest.h>

#include "tests/runtime/supervision/puppeteer.hpp"

namespace troupe::supervision::test {
namespace {

using namespace std::chrono_literals;

std::vector<child_spec> three() { return {{.id = "a"}, {.id = "b"}, {.id = "c"}}; }

TEST(restart_policy, children_start_in_order_and_stop_in_reverse) {
  puppeteer tree({}, three());
  tree.begun();
  EXPECT_EQ(tree.taken(), "+1 +2 +3 ready ");
  tree.stop();
  EXPECT_EQ(tree.taken(), "asked -3 -2 -1 finished ");
}

TEST(restart_policy, a_slow_start_holds_up_the_next_one) {
  const time_point now;
  restart_policy policy({}, three());
  EXPECT_EQ(policy.begin(now), (commands{start{{1}, {1}}}));
  EXPECT_EQ(policy.wake(now), commands{});
  EXPECT_EQ(policy.started({1}, {1}, now), (commands{start{{2}, {1}}}));
}

TEST(restart_policy, one_for_one_restarts_only_the_dead) {
  puppeteer tree({}, three());
  tree.begun();
  tree.taken();
  tree.dies(2);
  EXPECT_EQ(tree.taken(), "+2 ");
  EXPECT_EQ(tree.policy.view({2}).life, incarnation{2});
  EXPECT_EQ(tree.policy.view({1}).life, incarnation{1});
}

TEST(restart_policy, rest_for_one_stops_and_restarts_what_came_after) {
  puppeteer tree({.how = strategy::rest_for_one}, three());
  tree.begun();
  tree.taken();
  tree.dies(2);
  EXPECT_EQ(tree.taken(), "-3 +2 +3 ");
}

TEST(restart_policy, one_for_all_stops_and_restarts_all) {
  puppeteer tree({.how = strategy::one_for_all}, three());
  tree.begun();
  tree.taken();
  tree.dies(2);
  EXPECT_EQ(tree.taken(), "-3 -1 +1 +2 +3 ");
}

TEST(restart_policy, a_second_death_during_a_group_stop_only_lowers_the_index) {
  puppeteer tree({.how = strategy::rest_for_one}, three());
  tree.begun();
  tree.taken();
  tree.deaf = true;
  tree.dies(2);
  EXPECT_EQ(tree.taken(), "-3 ");
  tree.dies(1);
  EXPECT_EQ(tree.taken(), "");
  tree.deaf = false;
  tree.dies(3, ending::shutdown);
  EXPECT_EQ(tree.taken(), "+1 +2 +3 ");
  EXPECT_EQ(tree.policy.restarts(), 2u);
}

TEST(restart_policy, a_death_above_the_index_of_a_group_restart_changes_nothing) {
  puppeteer tree({.how = strategy::rest_for_one}, three());
  tree.begun();
  tree.taken();
  tree.deaf = true;
  tree.dies(1);
  EXPECT_EQ(tree.taken(), "-3 ");
  tree.dies(2);  // by itself, before it was asked
  EXPECT_EQ(tree.taken(), "");
  tree.dies(3, ending::shutdown);
  EXPECT_EQ(tree.taken(), "+1 +2 +3 ");
  EXPECT_EQ(tree.policy.restarts(), 1u);
  EXPECT_EQ(tree.policy.deaths(), 2u);
}

TEST(restart_policy, a_transient_child_is_restarted_after_an_abnormal_end_only) {
  puppeteer tree({}, {{.id = "a", .restarts = child_class::transient}});
  tree.begun();
  tree.taken();
  tree.dies(1, ending::abnormal);
  EXPECT_EQ(tree.taken(), "+1 ");
  tree.dies(1, ending::killed);
  EXPECT_EQ(tree.taken(), "+1 ");
  tree.dies(1, ending::shutdown);
  EXPECT_EQ(tree.taken(), "");
  EXPECT_FALSE(tree.policy.view({1}).running);
}

TEST(restart_policy, a_temporary_child_is_never_restarted) {
  puppeteer tree({.how = strategy::one_for_all},
                 {{.id = "a"}, {.id = "b", .restarts = child_class::temporary}});
  tree.begun();
  tree.taken();
  tree.dies(1);
  EXPECT_EQ(tree.taken(), "-2 +1 ");
}

TEST(restart_policy, it_gives_up_on_the_restart_that_is_one_too_many_within_the_period) {
  puppeteer tree({.max_restarts = 2, .period = 10s}, three());
  tree.begun();
  tree.taken();
  tree.dies(1);
  tree.wait(10s);
  tree.dies(1);  // the first restart is exactly one period old: it still counts
  EXPECT_EQ(tree.taken(), "+1 +1 ");
  tree.dies(1);
  EXPECT_EQ(tree.taken(), "gives-up -3 -2 finished ");
}

TEST(restart_policy, restarts_older_than_the_period_are_forgotten) {
  puppeteer tree({.max_restarts = 2, .period = 10s}, three());
  tree.begun();
  tree.taken();
  for (int death = 0; death < 50; ++death) {
    tree.dies(1);
    tree.wait(5s + 1ns);
    EXPECT_EQ(tree.taken(), "+1 ");
  }
}

TEST(restart_policy, a_failed_start_counts_as_a_restart) {
  puppeteer tree({.max_restarts = 3}, three());
  tree.begun();
  tree.taken();
  tree.fails_to_start = [](auto, auto life) { return life == 2 || life == 3 || life == 5; };
  tree.dies(2);
  EXPECT_EQ(tree.taken(), "+2 +2 +2 ");
  tree.dies(2);
  EXPECT_EQ(tree.taken(), "gives-up -3 -1 finished ");
}

TEST(restart_policy, a_child_that_fails_its_first_start_holds_up_those_behind_it) {
  puppeteer tree({}, {{.id = "a", .pause = {.base = 100ms}}, {.id = "b"}});
  tree.fails_to_start = [](auto child, auto life) { return child == 1 && life == 1; };
  tree.begun();
  EXPECT_EQ(tree.taken(), "+1 ");
  tree.wait(100ms);
  EXPECT_EQ(tree.taken(), "+1 +2 ready ");
}

TEST(restart_policy, backoff_doubles_up_to_its_maximum_and_jitters) {
  const backoff pause{.base = 100ms, .max = 1s};
  EXPECT_EQ(pause.pause(1, 0.5), 100ms);
  EXPECT_EQ(pause.pause(2, 0.5), 200ms);
  EXPECT_EQ(pause.pause(4, 0.5), 800ms);
  EXPECT_EQ(pause.pause(5, 0.5), 1s);
  EXPECT_EQ(pause.pause(4'000'000'000, 0.5), 1s);
  EXPECT_EQ(pause.pause(1, 0.0), 80ms);
  EXPECT_EQ(pause.pause(1, 1.0), 120ms);
  EXPECT_EQ(backoff{}.pause(7, 1.0), 0ns);
}

TEST(restart_policy, a_pause_lies_between_death_and_restart_and_starts_over_after_a_quiet_life) {
  puppeteer tree({.max_restarts = 100}, {{.id = "a", .pause = {.base = 100ms, .quiet = 30s}}});
  tree.begun();
  tree.taken();
  tree.dies(1);
  EXPECT_EQ(tree.wakes, (std::multiset<time_point>{tree.now + 100ms}));
  tree.wait(100ms - 1ns);
  EXPECT_EQ(tree.taken(), "");
  tree.wait(1ns);
  EXPECT_EQ(tree.taken(), "+1 ");
  tree.wait(30s - 1ns);
  tree.dies(1);
  EXPECT_EQ(tree.wakes, (std::multiset<time_point>{tree.now + 200ms}));
  tree.wait(200ms);
  tree.wait(30s);
  tree.dies(1);
  EXPECT_EQ(tree.wakes, (std::multiset<time_point>{tree.now + 100ms}));
}

TEST(restart_policy, a_deaf_child_is_killed_when_its_shutdown_time_is_over) {
  puppeteer tree({}, {{.id = "a", .shutdown_time = 5s}, {.id = "b", .shutdown_time = 20ms}});
  tree.begun();
  tree.taken();
  tree.deaf = true;
  tree.stop();
  EXPECT_EQ(tree.taken(), "asked -2 ");
  tree.wait(20ms - 1ns);
  EXPECT_EQ(tree.taken(), "");
  tree.wait(1ns);
  EXPECT_EQ(tree.taken(), "x2 -1 ");
  tree.wait(5s);
  EXPECT_EQ(tree.taken(), "x1 finished ");
}

TEST(restart_policy, a_child_without_limit_gets_as_long_as_it_needs) {
  puppeteer tree({}, {{.id = "a", .is_supervisor = true, .shutdown_time = std::nullopt}});
  tree.begun();
  tree.taken();
  tree.deaf = true;
  tree.stop();
  tree.wait(1h);
  EXPECT_EQ(tree.taken(), "asked -1 ");
  tree.dies(1, ending::shutdown);
  EXPECT_EQ(tree.taken(), "finished ");
}

TEST(restart_policy, the_end_of_any_significant_child_ends_the_supervisor) {
  puppeteer tree({.ends_with = auto_shutdown::any},
                 {{.id = "a"},
                  {.id = "b", .restarts = child_class::transient, .significant = true},
                  {.id = "c", .restarts = child_class::transient, .significant = true}});
  tree.begun();
  tree.taken();
  tree.dies(2);
  EXPECT_EQ(tree.taken(), "+2 ") << "it is restarted, so it has not ended";
  tree.dies(2, ending::normal);
  EXPECT_EQ(tree.taken(), "gives-up -3 -1 finished ");
}

TEST(restart_policy, the_end_of_all_significant_children_ends_the_supervisor) {
  puppeteer tree({.ends_with = auto_shutdown::all},
                 {{.id = "a"},
                  {.id = "b", .restarts = child_class::temporary, .significant = true},
                  {.id = "c", .restarts = child_class::temporary, .significant = true}});
  tree.begun();
  tree.taken();
  tree.dies(3);
  EXPECT_EQ(tree.taken(), "");
  tree.dies(2, ending::normal);
  EXPECT_EQ(tree.taken(), "gives-up -1 finished ");
}

TEST(restart_policy, events_of_an_earlier_incarnation_change_nothing) {
  puppeteer tree({}, three());
  tree.begun();
  tree.dies(1);
  tree.taken();
  tree.follow(tree.policy.ended({1}, {1}, ending::abnormal, tree.now, 0));
  tree.follow(tree.policy.started({1}, {1}, tree.now));
  tree.follow(tree.policy.start_failed({9}, {1}, tree.now, 0));
  EXPECT_EQ(tree.taken(), "");
}

TEST(restart_policy, children_come_and_go_below_simple_one_for_one) {
  puppeteer tree({.how = strategy::simple_one_for_one}, {});
  tree.begun();
  EXPECT_EQ(tree.taken(), "ready ");
  tree.follow(tree.policy.add({.id = "a"}, tree.now));
  tree.follow(tree.policy.add({.id = "b", .restarts = child_class::temporary}, tree.now));
  EXPECT_EQ(tree.taken(), "+1 +2 ");
  tree.dies(1);
  tree.dies(2);
  EXPECT_EQ(tree.taken(), "+1 f2 ");
  tree.follow(tree.policy.remove({1}, tree.now));
  EXPECT_EQ(tree.taken(), "-1 f1 ");
  tree.stop();
  EXPECT_EQ(tree.taken(), "asked finished ");
}

TEST(restart_policy, a_removed_child_does_not_come_back_with_its_group) {
  puppeteer tree({.how = strategy::one_for_all}, three());
  tree.begun();
  tree.taken();
  tree.deaf = true;
  tree.follow(tree.policy.remove({2}, tree.now));
  tree.dies(1);
  tree.deaf = false;
  tree.dies(2, ending::shutdown);
  tree.dies(3, ending::shutdown);
  EXPECT_EQ(tree.taken(), "-2 -3 f2 +1 +3 ");
}

TEST(restart_policy, what_is_stopped_for_its_group_returns_unless_it_is_temporary) {
  puppeteer tree({.how = strategy::one_for_all},
                 {{.id = "a"}, {.id = "b"}, {.id = "c", .restarts = child_class::temporary}});
  tree.begun();
  tree.deaf = true;
  tree.dies(1);
  EXPECT_TRUE(tree.policy.returns({1}));
  EXPECT_TRUE(tree.policy.returns({2}));
  EXPECT_FALSE(tree.policy.returns({3}));
  EXPECT_FALSE(tree.policy.returns({4}));
}

TEST(child_spec, rules_that_cannot_hold_are_refused_by_name) {
  const supervisor_spec never{};
  const supervisor_spec any{.ends_with = auto_shutdown::any};
  const auto refused = [](const supervisor_spec& rules, std::vector<child_spec> children) {
    const auto wrong = check(rules, children);
    return wrong.code == errc::bad_config && !wrong.what.empty();
  };
  EXPECT_FALSE(check(never, three()));
  EXPECT_TRUE(refused(never, {{.id = ""}}));
  EXPECT_TRUE(refused(never, {{.id = "a/b"}}));
  EXPECT_TRUE(refused(never, {{.id = "a"}, {.id = "a"}}));
  EXPECT_TRUE(refused({.period = 0s}, {}));
  EXPECT_TRUE(refused(any, {{.id = "a", .significant = true}}));
  EXPECT_TRUE(
      refused(never, {{.id = "a", .restarts = child_class::transient, .significant = true}}));
  EXPECT_TRUE(refused(never, {{.id = "a", .pause = {.base = 2s, .max = 1s}}}));
  EXPECT_TRUE(refused(never, {{.id = "a", .shutdown_time = -1ns}}));
}

TEST(child_spec, seeds_differ_by_path_and_root_and_never_change) {
  EXPECT_NE(seed_for(1, "a"), seed_for(1, "b"));
  EXPECT_NE(seed_for(1, "a"), seed_for(2, "a"));
  EXPECT_EQ(seed_for(1, "compute/worker-1"), seed_for(1, "compute/worker-1"));
}

}  // namespace
}  // namespace troupe::supervision::test
