#include "actors/sla/compliance_window.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{};

TEST(compliance_window, without_answers_nothing_was_missed) {
  const compliance_window window({.window = 1min, .slices = 60, .objective = 0.99});
  EXPECT_EQ(window.read(start), compliance_window::reading{});
}

TEST(compliance_window, the_objective_is_met_at_exactly_its_share_and_missed_below) {
  compliance_window window({.window = 1min, .slices = 60, .objective = 0.75});
  for (int i = 0; i < 3; ++i) window.record(1, 0, start);
  window.record(0, 1, start);
  EXPECT_TRUE(window.read(start).met);
  EXPECT_DOUBLE_EQ(window.read(start).burn_rate, 1.0);
  window.record(0, 1, start);
  EXPECT_FALSE(window.read(start).met);
}

TEST(compliance_window, an_answer_leaves_the_window_one_window_after_its_slice) {
  compliance_window window({.window = 60s, .slices = 60, .objective = 0.9});
  window.record(0, 1, start + 10s);
  EXPECT_EQ(window.read(start + 69s + 999ms).answers, 1U);
  EXPECT_EQ(window.read(start + 70s).answers, 0U);
}

TEST(compliance_window, counts_what_a_list_of_all_samples_counts) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  compliance_window window({.window = 10s, .slices = 10, .objective = 0.9});
  std::deque<std::pair<std::int64_t, bool>> samples;  // second, in time
  auto now = start;
  for (int step = 0; step < 5'000; ++step) {
    now += std::chrono::milliseconds(random() % 400);
    const bool good = random() % 10 != 0;
    window.record(good ? 1 : 0, good ? 0 : 1, now);
    const auto second = std::chrono::duration_cast<std::chrono::seconds>(now - start).count();
    samples.emplace_back(second, good);
    while (samples.front().first <= second - 10) samples.pop_front();
    std::uint64_t in_time = 0;
    for (const auto& sample : samples) in_time += sample.second ? 1U : 0U;
    const auto reading = window.read(now);
    ASSERT_EQ(reading.answers, samples.size());
    ASSERT_EQ(reading.in_time, in_time);
  }
}

}  // namespace
}  // namespace troupe
