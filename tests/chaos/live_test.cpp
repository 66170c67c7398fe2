#include <gtest/gtest.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "chaos/live/event_loop.hpp"
#include "chaos/live/watchdog.hpp"
#include "chaos/live/wire_answer.hpp"
#include "chaos/scenario/run.hpp"
#include "tests/chaos/read_scenario.hpp"

namespace troupe::chaos {
namespace {

using namespace std::chrono_literals;

TEST(an_event_loop, runs_calls_in_the_order_of_their_times_whoever_asks) {
  event_loop loop;
  std::vector<int> seen;
  const auto start = event_loop::now();
  loop.at(start + 2ms, [&] { seen.push_back(2); });
  loop.at(start + 1ms, [&] {
    seen.push_back(1);
    loop.at(start + 3ms, [&] { seen.push_back(3); });
  });
  std::thread([&] { loop.at(start, [&] { seen.push_back(0); }); }).join();
  loop.run_until(start + 3ms);
  EXPECT_EQ(seen, (std::vector{0, 1, 2, 3}));
}

TEST(an_event_loop, leaves_what_is_due_later_for_the_next_time) {
  event_loop loop;
  int calls = 0;
  const auto start = event_loop::now();
  loop.at(start + 5ms, [&] { ++calls; });
  loop.run_until(start + 1ms);
  EXPECT_EQ(calls, 0);
  loop.run_until(start + 5ms);
  EXPECT_EQ(calls, 1);
}

// Waits for the end of a process of somebody else's.
bool ended(pid_t process) {
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
  if (handle < 0) return true;
  pollfd one{handle, POLLIN, 0};
  const bool out = poll(&one, 1, 20'000) == 1;
  close(handle);
  return out;
}

TEST(a_watchdog, ends_and_continues_what_a_killed_harness_left_behind) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);  // what it leaves behind becomes ours to wait for
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const auto harness = fork();
  if (harness == 0) {
    watchdog guard;
    const auto fork_plain = [] {  // which would outlive its parent
      const auto child = fork();
      if (child == 0) {
        while (true) pause();
      }
      return child;
    };
    const pid_t left[2] = {fork_plain(), fork_plain()};
    guard.will_end(left[0]);
    guard.will_continue(left[1]);
    kill(left[1], SIGSTOP);
    siginfo_t how{};
    waitid(P_PID, static_cast<id_t>(left[1]), &how, WSTOPPED | WNOWAIT);
    if (write(ends[1], left, sizeof left) == sizeof left) pause();
    _exit(1);
  }
  pid_t left[2] = {};
  ASSERT_EQ(read(ends[0], left, sizeof left), static_cast<ssize_t>(sizeof left));
  kill(harness, SIGKILL);
  waitpid(harness, nullptr, 0);
  EXPECT_TRUE(ended(left[0]));
  siginfo_t how{};
  EXPECT_EQ(waitid(P_PID, static_cast<id_t>(left[1]), &how, WCONTINUED), 0);
  kill(left[1], SIGKILL);
  EXPECT_TRUE(ended(left[1]));
  prctl(PR_SET_CHILD_SUBREAPER, 0);
  close(ends[0]);
  close(ends[1]);
}

TEST(a_watchdog, keeps_its_word_also_when_the_harness_ends_before_it_has_begun_to_watch) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  for (int round = 0; round < 50 && !HasFailure(); ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const auto harness = fork();
    if (harness == 0) {
      const auto left = fork();
      if (left == 0) {
        while (true) pause();
      }
      // Nobody waits for the harness here: the promise is in the pipe when it ends.
      if (write(ends[1], &left, sizeof left) == sizeof left) {
        watchdog guard;
        const auto outlives = fork();  // and keeps the pipe open
        if (outlives == 0) {
          while (true) pause();
        }
        guard.will_end(outlives);
        guard.will_end(left);
        raise(SIGKILL);
      }
      _exit(1);
    }
    pid_t left = 0;
    ASSERT_EQ(read(ends[0], &left, sizeof left), static_cast<ssize_t>(sizeof left));
    waitpid(harness, nullptr, 0);
    EXPECT_TRUE(ended(left)) << "round " << round;
    close(ends[0]);
    close(ends[1]);
  }
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST(a_watchdog, lifts_nothing_that_is_over) {
  watchdog guard;
  const auto one = fork_watched(guard, [] {
    while (true) pause();
  });
  end_watched(guard, one);
  EXPECT_EQ(kill(one.process, 0), -1);
}

live_in place_of(const std::string& faults) {
  return live_place_of(scenario_of("about: x\nnodes: 1\nfaults: [" + faults + "]\n")).where;
}

TEST(a_scenario, can_be_played_live_where_all_its_faults_happen) {
  EXPECT_EQ(place_of("{fault: latency}"), live_in::own);
  EXPECT_EQ(place_of("{fault: pause}"), live_in::child);
  EXPECT_EQ(place_of("{fault: cpu_spike}, {fault: pause}"), live_in::child);
  EXPECT_EQ(place_of("{fault: cpu_spike}, {fault: crash}"), live_in::own);
  EXPECT_EQ(place_of("{fault: latency}, {fault: pause}"), live_in::nowhere);
  EXPECT_EQ(place_of("{fault: clock_jump}"), live_in::nowhere);
  EXPECT_EQ(place_of("{fault: crash, how: stopping}"), live_in::nowhere);
  const auto warmed = scenario_of(
      "about: x\nnodes: 2\nconfig: {cache.warm_from: http://other}\nfaults: [{fault: "
      "node_crash}]\n");
  EXPECT_EQ(live_place_of(warmed).where, live_in::nowhere);
}

std::string why_not(const std::string& rest) {
  return why_not_attached(scenario_of("about: x\n" + rest));
}

TEST(a_node_in_use, is_only_paused_and_burdened) {
  EXPECT_EQ(why_not("nodes: 1\nfaults: [{fault: pause}, {fault: cpu_spike}]\n"), "");
  EXPECT_NE(why_not("nodes: 1\nfaults: [{fault: node_crash}]\n"), "");
  EXPECT_NE(why_not("nodes: 2\nfaults: [{fault: pause}]\n"), "");
  EXPECT_NE(why_not("nodes: 1\nconfig: {cache.enabled: false}\nfaults: [{fault: pause}]\n"), "");
}

traffic_group_ptr small_group() {
  auto group = std::make_shared<traffic_group>();
  group->bytes = {1, 2, 3, 4};
  group->flows.resize(1);
  group->messages.resize(1);
  group->messages[0].size = 4;
  return group;
}

failure refusal_in(const http_answer& got) {
  discovery_request asked;
  asked.input = small_group();
  const auto outcome = outcome_of(got, asked);
  const auto* why = std::get_if<failure>(&outcome);
  return why == nullptr ? failure{} : *why;
}

TEST(an_answer_over_http, says_what_became_of_the_request) {
  EXPECT_EQ(refusal_in({.status = 0, .error = "Connection refused"}).code, errc::unavailable);
  EXPECT_EQ(
      refusal_in({.status = 503, .body = R"({"error":{"code":"overloaded","what":"x"}})"}).code,
      errc::overloaded);
  EXPECT_EQ(refusal_in({.status = 503, .body = R"({"error":1})"}).code, errc::internal);
  EXPECT_EQ(refusal_in({.status = 503, .body = "{"}).code, errc::internal);
  EXPECT_EQ(refusal_in({.status = 503, .body = R"({"error":{"code":1}})"}).code, errc::internal);
  EXPECT_EQ(refusal_in({.status = 200, .body = "\x0fgarbage"}).code, errc::internal);
  EXPECT_EQ(refusal_in({.status = 500, .body = ""}).code, errc::internal);
}

TEST(a_metrics_page, tells_what_routers_hold) {
  world::open_jobs jobs;
  count_jobs_on(
      "# HELP troupe_router_waiting x\ntroupe_router_waiting{router=\"gateway\"} 4\n"
      "troupe_router_waiting{router=\"grammar\"} 3\ntroupe_router_in_flight{router=\"grammar\"} "
      "2\n",
      jobs);
  EXPECT_EQ(jobs.waiting, 7);
  EXPECT_EQ(jobs.in_flight, 2);
  EXPECT_EQ(jobs.longest_gateway_queue, 4);
  EXPECT_EQ(jobs.longest_stage_queue, 3);
}

}  // namespace
}  // namespace troupe::chaos
