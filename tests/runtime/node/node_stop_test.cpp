#include "runtime/node.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "bench/support/traffic.hpp"
#include "runtime/node/health.hpp"
#include "runtime/node/implementation.hpp"
#include "tests/runtime/node/node_requests.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;
using outcome = stage_report::outcome;

TEST(node, a_stop_ends_also_while_a_stage_ignores_that_it_is_to_stop) {
  struct trap {
    std::atomic<bool> entered = false;
    std::atomic<bool> open = false;
    std::atomic<bool> left = false;
  };
  // Owned by the worker too: it outlives the node.
  const auto held = std::make_shared<trap>();
  auto stubborn = [held](const stage_input&, findings&, bool&) -> failure {
    held->entered = true;
    while (!held->open) std::this_thread::yield();
    held->left = true;
    return {};
  };
  auto settings = quiet();
  settings.node.drain_time = 1ms;
  settings.node.stop_time = 200ms;
  settings.supervision.shutdown_time = 10ms;
  auto runtime =
      std::make_unique<node::implementation>(settings, parts_with(stage::statistics, stubborn));
  std::promise<discovery_outcome> answer;
  runtime->discover(request_for(bench::dns_like(13, 7)),
                    [&](discovery_outcome got) { answer.set_value(std::move(got)); });
  while (!held->entered) std::this_thread::yield();
  runtime->stop();
  const auto got = answer.get_future().get();
  EXPECT_EQ(std::get<failure>(got).code, errc::stopping);
  runtime.reset();
  held->open = true;
  while (!held->left) std::this_thread::yield();
}

TEST(node, refuses_requests_once_it_stops_and_stops_twice_without_harm) {
  node runtime(quiet());
  EXPECT_TRUE(runtime.ready());
  runtime.stop();
  runtime.stop();
  EXPECT_FALSE(runtime.ready());
  const auto got = runtime.discover(request_for(bench::dns_like(2, 1))).wait();
  EXPECT_EQ(std::get<failure>(got).code, errc::stopping);
  EXPECT_TRUE(runtime.snapshot().entries.empty());
}

TEST(node, stops_on_any_thread_while_those_that_used_it_live_on) {
  auto running = std::make_unique<node>(quiet());
  std::promise<void> looked;
  std::promise<void> over;
  std::thread other([&] {
    EXPECT_FALSE(running->snapshot().entries.empty());
    looked.set_value();
    over.get_future().wait();
  });
  looked.get_future().wait();
  std::promise<void> stopped;
  auto end = stopped.get_future();
  std::thread stopper([&] {
    running.reset();
    stopped.set_value();
  });
  const auto ended = end.wait_for(20s);
  EXPECT_EQ(ended, std::future_status::ready);
  over.set_value();
  other.join();
  if (ended != std::future_status::ready) std::_Exit(1);  // it will never end
  stopper.join();
}

TEST(node, a_stop_under_load_always_ends_and_every_caller_has_one_answer) {
  constexpr int rounds = 20;
  for (int round = 0; round < rounds; ++round) {
    auto settings = quiet();
    settings.node.drain_time = std::chrono::milliseconds(round % 3);
    auto runtime = std::make_unique<node>(settings);
    std::atomic<int> asked = 0;
    std::atomic<int> answered = 0;
    std::atomic<bool> go_on = true;
    const auto input = bench::records(60, 100, 5);
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 3; ++caller) {
      callers.emplace_back([&] {
        while (go_on) {
          std::vector<pending_answer> pending;
          for (int i = 0; i < 8; ++i) {
            ++asked;
            auto request = request_for(input);
            request.use_cache = i % 2 == 0;
            pending.push_back(runtime->discover(request));
          }
          for (const auto& one : pending) {
            static_cast<void>(one.wait());
            ++answered;
          }
        }
      });
    }
    while (answered < 5) std::this_thread::yield();
    runtime->stop();
    go_on = false;
    for (auto& caller : callers) caller.join();
    runtime.reset();
    ASSERT_EQ(asked, answered) << "round " << round;
  }
}

}  // namespace
}  // namespace troupe
