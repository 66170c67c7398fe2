#include "runtime/node/front_cache.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <string>
#include <tuple>

#include "bench/support/traffic.hpp"
#include "runtime/node/implementation.hpp"
#include "tests/runtime/node/node_requests.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

/// Whole answers do not need a classifier model here.
discovery_request without_classifier(const traffic_group_ptr& input) {
  auto out = request_for(input);
  out.only = {stage::parser, stage::validator};
  return out;
}

bool counts(node::implementation& runtime, const std::string& line) {
  return runtime.metrics_text().find("\n" + line + "\n") != std::string::npos;
}

class front_cache_test : public ::testing::Test {
 protected:
  static options limited(std::uint32_t per_client, std::uint32_t total) {
    auto settings = quiet();
    settings.rate_limit.per_client = settings.rate_limit.client_burst = per_client;
    settings.rate_limit.total = settings.rate_limit.total_burst = total;
    return settings;
  }

  discovery_request request = without_classifier(bench::dns_like(20, 7));
};

TEST_F(front_cache_test, repeats_a_whole_answer_before_discover_returns_under_the_new_name) {
  node::implementation runtime(quiet(), real_parts(quiet()));
  const auto first = runtime.discover(request).wait();
  ASSERT_FALSE(result_in(first).partial);
  request.id = {77};
  const auto again = runtime.discover(request);
  ASSERT_TRUE(again.ready());
  EXPECT_EQ(result_in(again.wait()).id, request_id{77});
  EXPECT_TRUE(result_in(again.wait()).from_cache);
  EXPECT_EQ(result_in(again.wait()).found.grammar, result_in(first).found.grammar);
  EXPECT_TRUE(counts(runtime, "troupe_front_answers_total 1"));
}

TEST_F(front_cache_test, keeps_nothing_of_who_wants_no_cache) {
  node::implementation runtime(quiet(), real_parts(quiet()));
  auto fresh = request;
  fresh.use_cache = false;
  std::ignore = runtime.discover(fresh).wait();
  EXPECT_FALSE(result_in(runtime.discover(request).wait()).from_cache);
  const auto again = runtime.discover(fresh).wait();
  EXPECT_FALSE(result_in(again).from_cache);
  EXPECT_TRUE(counts(runtime, "troupe_front_answers_total 0"));
}

TEST_F(front_cache_test, forgets_what_is_invalidated) {
  node::implementation runtime(quiet(), real_parts(quiet()));
  std::ignore = runtime.discover(request).wait();
  runtime.invalidate_cache(std::nullopt);
  const auto after = runtime.discover(request).wait();
  EXPECT_FALSE(result_in(after).from_cache);
}

TEST_F(front_cache_test, a_callback_that_asks_again_and_again_does_not_pile_up_on_the_stack) {
  constexpr int links = 100'000;
  node::implementation runtime(quiet(), real_parts(quiet()));
  std::ignore = runtime.discover(request).wait();
  std::promise<void> done;
  int left = links;
  std::function<void(discovery_outcome)> ask_again = [&](const discovery_outcome&) {
    if (--left == 0) return done.set_value();
    runtime.discover(request, ask_again);
  };
  runtime.discover(request, ask_again);
  done.get_future().wait();
  EXPECT_EQ(left, 0);
}

TEST_F(front_cache_test, nobody_gets_round_a_limit_of_rates) {
  constexpr std::uint32_t most = 2;
  for (const auto& settings : {limited(most, 0), limited(0, most)}) {
    node::implementation runtime(settings, real_parts(quiet()));
    std::uint32_t refused = 0;
    for (std::uint32_t i = 0; i < 10 * most; ++i) {
      const auto got = runtime.discover(request).wait();
      refused += std::holds_alternative<failure>(got) ? 1U : 0U;
    }
    EXPECT_GT(refused, 0U);
    EXPECT_TRUE(counts(runtime, "troupe_front_answers_total 0"));
  }
}

TEST_F(front_cache_test, a_stopped_node_repeats_nothing) {
  node::implementation runtime(quiet(), real_parts(quiet()));
  std::ignore = runtime.discover(request).wait();
  runtime.stop();
  const auto got = runtime.discover(request).wait();
  ASSERT_TRUE(std::holds_alternative<failure>(got));
  EXPECT_EQ(std::get<failure>(got).code, errc::stopping);
}

TEST_F(front_cache_test, a_callback_that_stops_the_node_may_be_called_by_its_caller) {
  node::implementation runtime(quiet(), real_parts(quiet()));
  std::ignore = runtime.discover(request).wait();
  bool told = false;
  runtime.discover(request, [&](const discovery_outcome&) {
    runtime.stop();
    told = true;
  });
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace troupe
