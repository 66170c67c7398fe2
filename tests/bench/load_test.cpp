#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "bench/load/arrivals.hpp"
#include "bench/load/load_inputs.hpp"
#include "bench/load/load_report.hpp"

namespace troupe::bench {
namespace {

using namespace std::chrono_literals;

std::vector<duration> all_of(arrivals from) {
  std::vector<duration> out;
  while (const auto at = from.next()) out.push_back(*at);
  return out;
}

TEST(arrivals, come_in_order_within_the_run_and_the_same_for_the_same_seed) {
  for (const auto* name : {"constant", "ramp-up", "spike", "wave"}) {
    const auto pattern = *pattern_named(name);
    EXPECT_EQ(to_string(pattern), name);
    const auto got = all_of({pattern, 50, 30s, 7});
    EXPECT_TRUE(std::ranges::is_sorted(got)) << name;
    EXPECT_LT(got.back(), 30s);
    EXPECT_EQ(got, all_of({pattern, 50, 30s, 7}));
    EXPECT_NE(got, all_of({pattern, 50, 30s, 8}));
  }
  EXPECT_FALSE(pattern_named("square"));
}

// A Poisson count of mean m lies within 6 sqrt(m) of it but for one seed in 500 million.
void expect_count(std::size_t got, double mean) {
  EXPECT_LT(std::abs(static_cast<double>(got) - mean), 6 * std::sqrt(mean)) << mean;
}

TEST(arrivals, have_the_rate_of_their_pattern) {
  expect_count(all_of({load_pattern::constant, 1000, 30s, 1}).size(), 30'000);
  expect_count(all_of({load_pattern::ramp_up, 1000, 30s, 2}).size(), 16'500);
  expect_count(all_of({load_pattern::wave, 1000, 30s, 3}).size(), 30'000);
  const auto spike = all_of({load_pattern::spike, 100, 30s, 4});
  const auto inside = static_cast<std::size_t>(
      std::ranges::count_if(spike, [](duration at) { return at >= 10s && at < 20s; }));
  expect_count(inside, 10'000);
  expect_count(spike.size() - inside, 2000);
}

TEST(load_inputs, are_all_different_unless_hits_are_wanted) {
  load_inputs fresh(0, 1);
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const auto one = fresh.next();
    ASSERT_EQ(one->messages.size(), 100u);
    ASSERT_EQ(one->messages.front().size, 200u);
    seen.insert(to_string(hash_of(*one)));
  }
  EXPECT_EQ(seen.size(), 200u);
  load_inputs repeated(0.5, 1);
  std::set<std::string> again;
  for (int i = 0; i < 1000; ++i) again.insert(to_string(hash_of(*repeated.next())));
  EXPECT_LT(std::abs(static_cast<double>(again.size()) - 500), 100);
}

/// Answers at once: what it is told about the answer depends on the number of the request.
load_result run_against(const std::function<discovery_outcome(std::size_t)>& answer) {
  load_plan plan;
  plan.rate = 2000;
  plan.lasts = 100ms;
  plan.deadline = 10s;
  std::size_t number = 0;
  return run_load(
      plan,
      [&](const discovery_request&, const answered_call& done) {
        done(answer(number++), std::chrono::steady_clock::now());
      },
      [](const load_second&) {});
}

TEST(a_load_run, counts_each_kind_of_answer_once) {
  const auto got = run_against([](std::size_t number) -> discovery_outcome {
    if (number % 4 == 0) return failure{errc::overloaded, ""};
    if (number % 4 == 1) return failure{errc::internal, ""};
    auto result = std::make_shared<discovery_result>();
    result->partial = number % 4 == 2;
    result->from_cache = number % 4 == 3;
    return discovery_result_ptr(std::move(result));
  });
  EXPECT_GT(got.sent, 100u);
  EXPECT_EQ(got.answered, got.sent);
  EXPECT_EQ(got.in_time + got.shed + got.errors + got.late, got.sent);
  EXPECT_EQ(got.shed, (got.sent + 3) / 4);
  EXPECT_EQ(got.errors, (got.sent + 2) / 4);
  EXPECT_EQ(got.partial, (got.sent + 1) / 4);
  EXPECT_EQ(got.cached, got.sent / 4);
  EXPECT_EQ(got.slowest.size(), 10u);
}

TEST(a_load_run, reads_as_json_that_a_later_one_is_compared_with) {
  const auto got = run_against([](std::size_t) {
    return discovery_outcome(failure{errc::overloaded, ""});
  });
  const auto json = to_json({}, got);
  for (const char* key : {"sent", "answered", "in_time", "shed", "errors", "rate", "latency_us",
                          "goodput", "cpu_seconds", "rss_mib"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  for (const char* key : {"p50", "p90", "p95", "p99", "p999", "max"}) {
    EXPECT_TRUE(json["latency_us"].contains(key)) << key;
  }
  std::ostringstream out;
  compare_load(json, json, out);
  EXPECT_NE(out.str().find("shed"), std::string::npos);
  EXPECT_NE(load_page({}, got).find("<svg"), std::string::npos);
}

}  // namespace
}  // namespace troupe::bench
