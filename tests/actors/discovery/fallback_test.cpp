#include "actors/discovery/fallback.hpp"

#include <gtest/gtest.h>

namespace troupe {
namespace {

using namespace std::chrono_literals;
using outcome = stage_report::outcome;

constexpr fallback_order everything{fallback::cached, fallback::fast, fallback::partial};

discovery_result whole() {
  discovery_result out;
  out.found.stats = std::make_shared<statistics>();
  for (const auto which : all_stages) {
    out.stages.emplace_back();
    out.stages.back().which = which;
    out.stages.back().state = outcome::done;
  }
  return out;
}

discovery_result partial() {
  auto out = whole();
  out.partial = true;
  out.stages[1].state = outcome::late;
  out.stages[1].why = "still running";
  return out;
}

discovery_result in_fast() {
  auto out = whole();
  out.used = fallback::fast;
  out.fallback_why = "predicted too much";
  return out;
}

discovery_result_ptr stale() {
  auto out = whole();
  out.from_cache = true;
  out.age = 7min;
  return std::make_shared<discovery_result>(out);
}

const discovery_result& result_of(const std::variant<discovery_result_ptr, failure>& settled) {
  return *std::get<discovery_result_ptr>(settled);
}

TEST(fallback, a_whole_answer_is_given_as_it_is_whatever_else_there_is) {
  const auto got = settle(whole(), {}, stale(), everything);
  EXPECT_EQ(result_of(got).used, fallback::none);
  EXPECT_FALSE(result_of(got).from_cache);
}

TEST(fallback, the_first_of_the_order_that_is_there_is_given_and_labelled) {
  const auto cached = settle(partial(), {}, stale(), everything);
  EXPECT_EQ(result_of(cached).used, fallback::cached);
  EXPECT_EQ(result_of(cached).age, 7min);
  EXPECT_EQ(result_of(cached).fallback_why, "grammar late: still running");
  const auto rest = settle(partial(), {}, nullptr, everything);
  EXPECT_EQ(result_of(rest).used, fallback::partial);
  EXPECT_EQ(result_of(rest).fallback_why, "grammar late: still running");
  const fallback_order other{fallback::partial, fallback::cached, fallback::none};
  EXPECT_EQ(result_of(settle(partial(), {}, stale(), other)).used, fallback::partial);
}

TEST(fallback, what_mode_fast_found_is_given_only_to_who_takes_it) {
  EXPECT_EQ(result_of(settle(in_fast(), {}, nullptr, everything)).used, fallback::fast);
  const fallback_order no_fast{fallback::partial, fallback::none, fallback::none};
  const auto got = settle(in_fast(), {}, nullptr, no_fast);
  EXPECT_EQ(result_of(got).used, fallback::partial);
}

TEST(fallback, after_the_last_comes_the_first_error_or_the_deadline) {
  const failure crash{errc::crashed, "worker died"};
  EXPECT_EQ(std::get<failure>(settle(partial(), crash, nullptr, {})), crash);
  EXPECT_EQ(std::get<failure>(settle(partial(), {}, stale(), {})).code, errc::deadline_exceeded);
  discovery_result nothing;
  EXPECT_EQ(std::get<failure>(settle(nothing, {}, nullptr, everything)).code,
            errc::deadline_exceeded);
  EXPECT_EQ(result_of(settle(nothing, crash, stale(), everything)).used, fallback::cached);
}

}  // namespace
}  // namespace troupe
