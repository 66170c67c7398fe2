#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <random>
#include <vector>

#include "bench/support/traffic.hpp"
#include "tests/runtime/node/node_requests.hpp"
#include "tests/runtime/store/real_redis.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto patience = 20s;

/// A node whose stages all have a result, over this Redis.
std::unique_ptr<node::implementation> node_at(std::uint16_t port, const std::string& tier,
                                              const std::function<void(options&)>& change = {}) {
  auto settings = quiet();
  settings.cache.tier = tier;
  settings.cache.redis_port = port;
  settings.cache.redis_timeout = 50ms;  // of a machine under load
  settings.cache.near_bytes = 0;
  if (change) change(settings);
  auto parts = parts_with(stage::classifier, [](const stage_input&, findings& found, bool&) {
    found.protocol = std::make_shared<classification>();
    return failure{};
  });
  parts.connect_store = connect_store(settings.cache);
  return std::make_unique<node::implementation>(settings, std::move(parts));
}

double metric(node::implementation& of, const std::string& line) {
  const auto text = of.metrics_text();
  const auto at = text.find("\n" + line + " ");
  return at == std::string::npos ? 0 : std::stod(text.substr(at + line.size() + 2));
}

void wait_for(const std::function<bool()>& what) {
  const auto until = clock::now() + patience;
  std::promise<void> never;
  const auto tick = never.get_future();
  while (!what() && clock::now() < until) tick.wait_for(5ms);
  EXPECT_TRUE(what());
}

void wait_for_link(node::implementation& of) {
  wait_for([&] { return metric(of, "troupe_store_connected") == 1; });
}

class redis_node_test : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!real_redis::is_installed())
      GTEST_SKIP() << "redis-server is absent (Debian package redis-server)";
  }
};

TEST_P(redis_node_test, what_one_node_computed_the_other_answers_from_the_cache) {
  const real_redis redis;
  const auto first = node_at(redis.port(), GetParam());
  const auto second = node_at(redis.port(), GetParam());
  wait_for_link(*first);
  wait_for_link(*second);
  const auto input = bench::dns_like(20, 7);
  const auto computed = ask(*first, request_for(input));
  ASSERT_FALSE(result_in(computed).partial);
  wait_for([&] { return metric(*first, "troupe_store_calls_total{outcome=\"written\"}") >= 1; });
  const auto repeated = ask(*second, request_for(input));
  EXPECT_TRUE(result_in(repeated).from_cache);
  EXPECT_EQ(*result_in(repeated).found.grammar, *result_in(computed).found.grammar);
  EXPECT_EQ(*result_in(repeated).found.stats, *result_in(computed).found.stats);
  EXPECT_LT(result_in(repeated).age, patience);
}

TEST_P(redis_node_test, while_redis_stalls_memory_serves_and_nothing_fails) {
  const real_redis redis;
  const auto runtime = node_at(redis.port(), GetParam());
  wait_for_link(*runtime);
  const auto input = bench::dns_like(20, 7);
  ask(*runtime, request_for(input));
  redis.stall();
  for (int i = 0; i < 30; ++i) {
    const auto got = ask(*runtime, request_for(input, 10s));
    ASSERT_TRUE(std::holds_alternative<discovery_result_ptr>(got));
    EXPECT_TRUE(result_in(got).from_cache);
    const auto fresh =
        ask(*runtime, request_for(bench::dns_like(5, 100 + static_cast<std::uint64_t>(i)), 10s));
    ASSERT_TRUE(std::holds_alternative<discovery_result_ptr>(fresh));
  }
  redis.resume();
  const auto written = metric(*runtime, "troupe_store_calls_total{outcome=\"written\"}");
  std::uint64_t seed = 1'000;
  wait_for([&] {  // picked up again
    ask(*runtime, request_for(bench::dns_like(5, ++seed), 10s));
    return metric(*runtime, "troupe_store_calls_total{outcome=\"written\"}") > written;
  });
}

TEST_P(redis_node_test, without_a_redis_the_node_starts_and_memory_serves) {
  const auto runtime = node_at(free_port(), GetParam());
  const auto input = bench::dns_like(20, 7);
  ASSERT_TRUE(std::holds_alternative<discovery_result_ptr>(ask(*runtime, request_for(input))));
  EXPECT_TRUE(result_in(ask(*runtime, request_for(input))).from_cache);
  EXPECT_EQ(metric(*runtime, "troupe_store_connected"), 0);
}

INSTANTIATE_TEST_SUITE_P(tiers, redis_node_test, ::testing::Values("hybrid", "redis"));

/// Requests in flight, so many at once, over and over the same inputs; counts what came of them.
class load {
 public:
  load(node::implementation& on, std::vector<traffic_group_ptr> inputs)
      : on_(on), inputs_(std::move(inputs)) {}

  struct counts {
    std::uint64_t sent = 0;
    std::uint64_t hits = 0;
    std::uint64_t failed = 0;
  };

  /// `count` requests, `at_once` of them in flight.
  counts run(std::uint64_t count, std::size_t at_once) {
    counts out;
    std::deque<std::future<discovery_outcome>> open;
    const auto take = [&] {
      const auto got = open.front().get();
      open.pop_front();
      if (std::holds_alternative<failure>(got)) {
        ++out.failed;
      } else if (result_in(got).from_cache) {
        ++out.hits;
      }
    };
    for (; out.sent < count; ++out.sent) {
      if (open.size() >= at_once) take();
      auto answer = std::make_shared<std::promise<discovery_outcome>>();
      open.push_back(answer->get_future());
      on_.discover(request_for(inputs_[random_() % inputs_.size()], 10s),
                   [answer](discovery_outcome got) { answer->set_value(std::move(got)); });
    }
    while (!open.empty()) take();
    return out;
  }

 private:
  node::implementation& on_;
  std::vector<traffic_group_ptr> inputs_;
  std::mt19937_64 random_{7};  // in a cycle a cache that is too small would never hit
};

void tell(const char* when, const load::counts& got) {
  GTEST_LOG_(INFO) << when << ": " << got.sent << " requests, " << got.failed
                   << " failed, hit ratio "
                   << static_cast<double>(got.hits) / static_cast<double>(got.sent);
}

TEST_P(redis_node_test, redis_killed_and_restarted_under_load_fails_no_request) {
  real_redis redis;
  // Memory holds a quarter of the answers: the hit ratio shows what Redis adds.
  const auto small = [](options& settings) { settings.cache.bytes = 256U << 10U; };
  const auto runtime = node_at(redis.port(), GetParam(), small);
  wait_for_link(*runtime);
  std::vector<traffic_group_ptr> inputs;
  for (std::uint64_t n = 0; n < 60; ++n) inputs.push_back(bench::dns_like(10, n + 1));
  load on(*runtime, inputs);
  on.run(120, 8);  // warm
  const auto before = on.run(600, 8);
  auto under = std::async(std::launch::async, [&] { return on.run(600, 8); });
  redis.end();
  const auto during = under.get();
  auto back = std::async(std::launch::async, [&] { return on.run(300, 8); });
  redis.start();
  auto again = back.get();
  wait_for_link(*runtime);
  on.run(180, 8);
  const auto after = on.run(600, 8);
  tell("before", before);
  tell("during", during);
  tell("as it comes back", again);
  tell("after", after);
  EXPECT_EQ(before.failed + during.failed + again.failed + after.failed, 0U);
  EXPECT_GT(after.hits, during.hits);
}

}  // namespace
}  // namespace troupe::test
