#include <dirent.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <thread>

#include "chaos/live/small_disk.hpp"
#include "chaos/scenario/run.hpp"
#include "tests/chaos/read_scenario.hpp"

// Real threads and processes: nothing here judges how fast they are.

namespace troupe::chaos {
namespace {

using namespace std::chrono_literals;

const char* const lenient =
    "about: short\nnodes: 2\nload: {rate: 50/s, contents: 5, fresh: 50%, deadline: 2s}\n"
    "time: {before: 1s, during: 2s, after: 2s}\nexpect: {good: 1%, p99: 60s, recovery: 60s}\n"
    "config:\n  supervision.max_restarts: 100000\n  supervision.root_max_restarts: 100000\n";

scenario with(const std::string& faults) {
  return scenario_of(lenient + ("faults: [" + faults + "]\n"));
}

void expect_exactly_one_answer(const run_result& got) {
  EXPECT_GT(got.judged.accepted, 0u);
  EXPECT_EQ(got.judged.answered_once, got.judged.accepted);
  for (const auto& one : got.judged.violations) ADD_FAILURE() << one.invariant << ": " << one.text;
  for (const auto& [name, times] : got.judged.faults) EXPECT_GT(times, 0u) << name;
}

TEST(a_live_run, in_its_own_process_answers_every_request_exactly_once) {
  expect_exactly_one_answer(run_live(
      with(
          "{fault: crash, how: kill, every: 20ms}, {fault: latency, share: 20%}, "
          "{fault: crash, name: throwing, share: 5%, target: \"*/workers/*\"}, "
          "{fault: loss, share: 1%}, {fault: duplication, share: 5%}, {fault: cascade, every: 1s}"),
      {.seed = 3}, live_in::own));
}

TEST(a_live_run, in_its_own_process_goes_on_while_workers_hang_and_its_memory_leaks) {
  expect_exactly_one_answer(
      run_live(with("{fault: hang, target: \"*/statistics/workers/detached-*\", every: 1s, "
                    "lasts: 300ms}, {fault: memory_leak, each: 64KiB, limit: 1MiB}"),
               {.seed = 4}, live_in::own));
}

TEST(a_live_run, in_its_own_process_tells_of_breakers_that_open_and_close) {
  const auto got = run_live(with("{fault: hang, target: \"*/grammar/workers/*\", lasts: 1500ms}]\n"
                                 "sometimes: [breaker_open, breaker_closed"),
                            {.seed = 5}, live_in::own);
  expect_exactly_one_answer(got);
  for (const auto& [name, reached] : got.judged.sometimes) EXPECT_TRUE(reached) << name;
}

TEST(a_live_run, with_child_processes_answers_every_request_exactly_once) {
  expect_exactly_one_answer(
      run_live(with("{fault: node_crash, every: 1s}, {fault: pause, every: 700ms, lasts: 200ms}, "
                    "{fault: cpu_spike, factor: 1}, {fault: memory_leak, limit: 16MiB}"),
               {.seed = 5}, live_in::child));
}

bool can_mount() {
  const auto probe = fork();
  if (probe == 0) {
    try {
      watchdog guard;
      const small_disk disk(guard, 1U << 20U);
    } catch (const std::exception&) {
      std::_Exit(1);
    }
    std::_Exit(0);
  }
  int status = 0;
  waitpid(probe, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(a_live_run, goes_on_while_the_disk_of_the_logs_is_full) {
  if (!can_mount()) GTEST_SKIP() << "nothing may be mounted here: run as root";
  expect_exactly_one_answer(
      run_live(with("{fault: disk_full, every: 1s, lasts: 500ms}"), {.seed = 6}, live_in::child));
}

// ---- kill -9 of the harness

struct process_state {
  pid_t process = 0;
  pid_t parent = 0;
  char state = '?';
};

std::vector<process_state> children_of(pid_t parent) {
  std::vector<process_state> out;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const auto name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != name.npos) continue;
    std::ifstream stat(entry.path() / "stat");
    std::string text;
    std::getline(stat, text);
    const auto end = text.rfind(')');
    if (end == text.npos) continue;
    process_state one;
    one.process = std::stoi(name);
    one.state = text[end + 2];
    one.parent = std::stoi(text.substr(end + 4));
    if (one.parent == parent) out.push_back(one);
  }
  return out;
}

std::vector<std::filesystem::path> folders_of(const std::filesystem::path& root) {
  std::vector<std::filesystem::path> out;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root / "tmp", error)) {
    if (entry.path().filename().string().starts_with("troupe-chaos-")) out.push_back(entry.path());
  }
  return out;
}

// Plays it in a process of its own, kills that once `broken` holds, and waits until nothing is
// left.
void kill_harness(const std::string& fault, const std::function<bool(pid_t)>& broken) {
  SCOPED_TRACE(fault);
  const auto what = scenario_of(lenient + ("faults: [" + fault + "]\n"));
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const auto harness = fork();
  if (harness == 0) {
    static_cast<void>(run_live(what, {.seed = 7}, live_in::child));
    std::_Exit(0);
  }
  while (!broken(harness)) {
    ASSERT_EQ(waitpid(harness, nullptr, WNOHANG), 0) << "it ended before the fault was seen";
    std::this_thread::yield();
  }
  kill(harness, SIGKILL);
  const auto begin = std::chrono::steady_clock::now();
  const auto limit = begin + 10s;
  pid_t one = 0;
  while ((one = waitpid(-1, nullptr, WNOHANG)) >= 0 && std::chrono::steady_clock::now() < limit) {
    if (one == 0) std::this_thread::yield();  // everything that it started is ours now
  }
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_LE(took, 1s);  // the promise itself, a hundred times what it takes
  EXPECT_TRUE(children_of(getpid()).empty());
  std::cout << fault << ": lifted in "
            << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms\n";
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

constexpr std::size_t nodes_and_watchdog = 3;

TEST(a_killed_harness, leaves_no_paused_node_behind) {
  kill_harness("{fault: pause, lasts: 2s}", [](pid_t harness) {
    for (const auto& one : children_of(harness)) {
      if (one.state == 'T') return true;
    }
    return false;
  });
}

TEST(a_killed_harness, leaves_no_burden_on_the_machine_behind) {
  for (const char* fault :
       {"{fault: cpu_spike, factor: 1}", "{fault: memory_leak, limit: 64MiB}"}) {
    kill_harness(fault,
                 [](pid_t harness) { return children_of(harness).size() > nodes_and_watchdog; });
  }
}

TEST(a_killed_harness, leaves_no_crashed_node_behind) {
  kill_harness("{fault: node_crash, down: 2s}", [was = std::size_t{0}](pid_t harness) mutable {
    const auto now = children_of(harness).size();
    const bool fewer = now < was;
    was = std::max(was, now);
    return fewer && was == nodes_and_watchdog;
  });
}

TEST(a_killed_harness, leaves_no_full_disk_behind) {
  if (!can_mount()) GTEST_SKIP() << "nothing may be mounted here: run as root";
  const auto before = folders_of("/");
  kill_harness("{fault: disk_full}", [](pid_t harness) {
    const std::filesystem::path root = "/proc/" + std::to_string(harness) + "/root";
    for (const auto& one : folders_of(root)) {
      std::error_code error;
      if (std::filesystem::exists(one / "fill", error)) return true;
    }
    return false;
  });
  EXPECT_EQ(folders_of("/"), before);
}

}  // namespace
}  // namespace troupe::chaos
