// Claim: a node that is stopped under load always ends, and every caller has exactly one answer.
// 100 stops with three callers that keep eight requests open each, half of them new to the cache.

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/support/samples.hpp"
#include "bench/support/traffic.hpp"
#include "runtime/node.hpp"

namespace troupe::bench {
namespace {

struct tally {
  std::atomic<std::uint64_t> asked = 0;
  std::atomic<std::uint64_t> answered = 0;
  std::atomic<std::uint64_t> with_result = 0;
};

void call_until(const std::atomic<bool>& go_on, node& runtime, tally& counts) {
  const auto input = records(60, 100, 5);
  std::uint64_t seed = 0;
  while (go_on) {
    std::vector<pending_answer> pending;
    for (int i = 0; i < 8; ++i) {
      ++counts.asked;
      discovery_request request;
      request.input = input;
      request.budget = std::chrono::seconds(10);
      request.seed = i % 2 == 0 ? 0 : ++seed;
      pending.push_back(runtime.discover(request));
    }
    for (const auto& one : pending) {
      const auto outcome = one.wait();
      ++counts.answered;
      counts.with_result += std::holds_alternative<discovery_result_ptr>(outcome) ? 1 : 0;
    }
  }
}

clock::duration stop_once(int round, tally& counts) {
  options settings;
  settings.log.level = "off";
  settings.config_folder = "config";
  settings.models.classifier.clear();
  settings.node.drain_time = std::chrono::milliseconds(round % 5);
  node runtime(settings);
  std::atomic<bool> go_on = true;
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([&] { call_until(go_on, runtime, counts); });
  }
  const auto before = counts.answered.load();
  while (counts.answered < before + 16) std::this_thread::yield();
  const auto from = clock::now();
  runtime.stop();
  const auto took = clock::now() - from;
  go_on = false;
  for (auto& one : callers) one.join();
  return took;
}

}  // namespace
}  // namespace troupe::bench

int main() {
  using namespace troupe::bench;
  tally counts;
  samples stops;
  constexpr int rounds = 100;
  for (int round = 0; round < rounds; ++round) stops.add(stop_once(round, counts));
  std::printf("%d stops: p50 %.1f ms, p99 %.1f ms; asked %llu, answered %llu, with a result %llu\n",
              rounds, stops.microseconds(50) / 1000, stops.microseconds(99) / 1000,
              static_cast<unsigned long long>(counts.asked.load()),
              static_cast<unsigned long long>(counts.answered.load()),
              static_cast<unsigned long long>(counts.with_result.load()));
  return counts.asked == counts.answered ? 0 : 1;
}
