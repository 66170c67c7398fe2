#include "actors/discovery/discovery_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace troupe {
namespace {

using namespace std::chrono_literals;
using outcome = stage_report::outcome;

constexpr time_point start{};

traffic_group_ptr traffic(std::size_t messages, std::size_t bytes_each) {
  auto group = std::make_shared<traffic_group>();
  group->name = "UDP/9";
  group->flows.resize(1);
  group->bytes.resize(messages * bytes_each);
  for (std::size_t i = 0; i < messages; ++i) {
    group->messages.push_back({0, direction::client_to_server,
                               static_cast<std::uint32_t>(i * bytes_each),
                               static_cast<std::uint32_t>(bytes_each), 0ns, i + 1});
  }
  return group;
}

discovery_run run_of(traffic_group_ptr input, duration budget, std::vector<stage> only = {}) {
  discovery_request request;
  request.input = std::move(input);
  request.budget = budget;
  request.only = std::move(only);
  return {request, {}, start, start + budget, cost_model{}, {}};
}

/// What a worker that succeeds at everything answers.
findings finished(const discovery_run::launch& job, findings so_far) {
  for (const auto which : job.stages) {
    switch (which) {
      case stage::statistics: so_far.stats = std::make_shared<statistics>(); break;
      case stage::grammar: so_far.grammar = std::make_shared<format>(); break;
      case stage::parser: so_far.parse = std::make_shared<parse_report>(); break;
      case stage::classifier: so_far.protocol = std::make_shared<classification>(); break;
      case stage::validator: so_far.validity = std::make_shared<validation>(); break;
    }
  }
  return so_far;
}

std::vector<discovery_run::report> reports(const discovery_run::launch& job, duration took,
                                           bool cut_short = false, failure why = {}) {
  std::vector<discovery_run::report> out;
  for (const auto which : job.stages) out.push_back({which, took, cut_short, why});
  return out;
}

const stage_report& told(const discovery_result& result, stage which) {
  return result.stages.at(static_cast<std::size_t>(which));
}

TEST(discovery_run, a_tiny_input_travels_as_one_job_through_as_many_stages_as_fit_the_fuse_limit) {
  discovery_request request;
  request.input = traffic(2, 8);
  discovery_run run(request, {}, start, start + 100ms, cost_model{}, {.fuse_below = 10ms});
  const auto jobs = run.next(start);
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].stages.size(), all_stages.size());
}

TEST(discovery_run, a_larger_input_starts_statistics_and_classifier_and_then_goes_on_in_order) {
  auto run = run_of(traffic(1000, 200), 10s);
  auto jobs = run.next(start);
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[0].stages, stage_list{stage::statistics});
  EXPECT_EQ(jobs[1].stages, stage_list{stage::classifier});
  run.answered(jobs[0], finished(jobs[0], {}), reports(jobs[0], 1ms));
  const auto next = run.next(start + 1ms);
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next[0].stages, stage_list{stage::grammar});
  EXPECT_FALSE(run.finished());
}

TEST(discovery_run, answers_whole_when_every_stage_is_done) {
  auto run = run_of(traffic(1000, 200), 10s);
  auto now = start;
  while (!run.finished()) {
    const auto jobs = run.next(now);
    for (const auto& job : jobs) run.answered(job, finished(job, run.found()), reports(job, 1ms));
    now += 2ms;
    ASSERT_LT(now, start + 1s);
  }
  const auto result = run.conclude(now);
  EXPECT_FALSE(result.partial);
  EXPECT_TRUE(result.in_time);
  for (const auto& one : result.stages) EXPECT_EQ(one.state, outcome::done) << one.why;
}

TEST(discovery_run, a_stage_that_does_not_fit_what_is_left_is_skipped_and_says_so) {
  auto run = run_of(traffic(100'000, 200), 50ms);
  const auto jobs = run.next(start);
  const auto result = run.conclude(start + 1ms);
  EXPECT_EQ(told(result, stage::statistics).state, outcome::skipped);
  EXPECT_NE(told(result, stage::statistics).why.find("predicted"), std::string::npos);
  EXPECT_NE(told(result, stage::parser).why.find("needs grammar"), std::string::npos);
  EXPECT_TRUE(result.partial);
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].stages, stage_list{stage::classifier});
}

TEST(discovery_run, a_failed_stage_takes_along_those_that_need_it_and_only_those) {
  auto run = run_of(traffic(1000, 200), 10s);
  const auto jobs = run.next(start);
  run.failed(jobs[0], {errc::poisoned, "killed its worker twice"});
  run.answered(jobs[1], finished(jobs[1], {}), reports(jobs[1], 1ms));
  EXPECT_TRUE(run.next(start + 1ms).empty());
  EXPECT_TRUE(run.finished());
  const auto result = run.conclude(start + 1ms);
  EXPECT_EQ(told(result, stage::statistics).state, outcome::failed);
  EXPECT_EQ(told(result, stage::grammar).state, outcome::skipped);
  EXPECT_EQ(told(result, stage::validator).state, outcome::skipped);
  EXPECT_EQ(told(result, stage::classifier).state, outcome::done);
}

TEST(discovery_run, at_the_deadline_running_stages_are_late_and_the_rest_is_the_answer) {
  auto run = run_of(traffic(1000, 200), 1s);
  const auto jobs = run.next(start);
  run.answered(jobs[1], finished(jobs[1], {}), reports(jobs[1], 1ms));
  const auto result = run.conclude(start + 1s);
  EXPECT_EQ(told(result, stage::statistics).state, outcome::late);
  EXPECT_EQ(told(result, stage::statistics).took, 1s);
  EXPECT_NE(result.found.protocol, nullptr);
  EXPECT_TRUE(result.in_time);
  EXPECT_TRUE(result.partial);
  EXPECT_FALSE(run.conclude(start + 1s + 1ns).in_time);
}

TEST(discovery_run, running_stages_are_stopped_early_enough_for_those_behind_them) {
  auto run = run_of(traffic(1000, 200), 1s);
  const auto jobs = run.next(start);
  run.answered(jobs[0], finished(jobs[0], {}), reports(jobs[0], 1ms));
  ASSERT_EQ(run.next(start + 1ms).size(), 1U);
  EXPECT_LT(run.stop_time(), run.deadline() - 20ms);
  EXPECT_GE(run.stop_time(), run.deadline() - 20ms - 334ms);
}

TEST(discovery_run, a_result_that_was_cut_short_is_partial_and_still_used) {
  auto run = run_of(traffic(1000, 200), 1s);
  auto jobs = run.next(start);
  run.answered(jobs[0], finished(jobs[0], {}), reports(jobs[0], 1ms));
  jobs = run.next(start + 1ms);
  run.answered(jobs[0], finished(jobs[0], run.found()), reports(jobs[0], 1ms, true));
  EXPECT_FALSE(run.next(start + 2ms).empty());
  const auto result = run.conclude(start + 3ms);
  EXPECT_EQ(told(result, stage::grammar).state, outcome::cut_short);
  EXPECT_TRUE(result.partial);
}

TEST(discovery_run, a_narrowed_plan_runs_the_wanted_stages_and_what_they_need) {
  auto run = run_of(traffic(1000, 200), 10s, {stage::classifier});
  auto jobs = run.next(start);
  ASSERT_EQ(jobs.size(), 1U);
  run.answered(jobs[0], finished(jobs[0], {}), reports(jobs[0], 1ms));
  EXPECT_TRUE(run.next(start + 1ms).empty());
  EXPECT_TRUE(run.finished());
  EXPECT_FALSE(run.conclude(start + 1ms).partial);

  auto grammar_only = run_of(traffic(1000, 200), 10s, {stage::grammar});
  jobs = grammar_only.next(start);
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].stages, stage_list{stage::statistics});
}

TEST(discovery_run, ends_with_one_report_a_stage_whatever_the_workers_do) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 3'000; ++round) {
    auto run = run_of(traffic(1 + random() % 500, random() % 300),
                      std::chrono::microseconds(1 + random() % 200'000));
    std::vector<discovery_run::launch> open;
    auto now = start;
    std::array<int, all_stages.size()> started{};
    while (!run.finished() && now < run.deadline()) {
      for (auto& job : run.next(now)) {
        for (const auto which : job.stages) ++started[static_cast<std::size_t>(which)];
        open.push_back(job);
      }
      if (open.empty()) break;
      now += std::chrono::microseconds(random() % 20'000);
      std::swap(open[random() % open.size()], open.back());
      const auto job = open.back();
      open.pop_back();
      switch (random() % 4) {
        case 0: run.failed(job, {errc::unavailable, "gone"}); break;
        case 1: run.answered(job, {}, reports(job, 1us, false, {errc::internal, "no"})); break;
        default: run.answered(job, finished(job, run.found()), reports(job, 1us)); break;
      }
    }
    for (const auto count : started) ASSERT_LE(count, 1);
    const auto result = run.conclude(now);
    ASSERT_EQ(result.stages.size(), all_stages.size());
    for (const auto& one : result.stages)
      ASSERT_TRUE(one.state == outcome::done || !one.why.empty());
    ASSERT_GE(result.confidence, 0);
    ASSERT_LE(result.confidence, 1);
  }
}

discovery_run accurate_run(duration budget, fallback_order order) {
  discovery_request request;
  request.input = traffic(1000, 100);
  request.mode = quality_mode::accurate;
  request.budget = budget;
  request.only = {stage::grammar};
  request.fallbacks = order;
  return {request, {}, start, start + budget, cost_model{}, {}};
}

// Grammar in ACCURATE takes 30 ms here, in FAST a quarter.
TEST(discovery_run,
     takes_grammar_in_fast_when_only_that_fits_and_the_caller_takes_it_before_a_part) {
  const fallback_order fast_first{fallback::cached, fallback::fast, fallback::partial};
  const fallback_order part_first{fallback::partial, fallback::fast, fallback::none};
  const auto mode_of = [](discovery_run run) {
    auto job = run.next(start).front();
    run.answered(job, finished(job, {}), reports(job, 1ms));
    return run.next(start + 1ms).front().mode;
  };
  EXPECT_EQ(mode_of(accurate_run(100ms, fast_first)), quality_mode::accurate);
  EXPECT_EQ(mode_of(accurate_run(20ms, fast_first)), quality_mode::fast);
  EXPECT_EQ(mode_of(accurate_run(20ms, part_first)), quality_mode::accurate);
  EXPECT_EQ(mode_of(accurate_run(20ms, {})), quality_mode::accurate);
  EXPECT_EQ(mode_of(accurate_run(5ms, fast_first)), quality_mode::accurate) << "the best so far";
}

TEST(discovery_run, tries_grammar_once_more_in_fast_after_a_crash_and_labels_the_result) {
  auto run = accurate_run(1s, {fallback::fast, fallback::partial, fallback::none});
  auto job = run.next(start).front();
  run.answered(job, finished(job, {}), reports(job, 1ms));
  job = run.next(start).front();
  run.failed(job, {errc::poisoned, "killed its workers"});
  const auto again = run.next(start + 10ms);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again.front().mode, quality_mode::fast);
  run.answered(again.front(), finished(again.front(), run.found()), reports(again.front(), 1ms));
  EXPECT_TRUE(run.next(start + 20ms).empty());
  const auto result = run.conclude(start + 20ms);
  EXPECT_EQ(result.used, fallback::fast);
  EXPECT_FALSE(result.partial);
  EXPECT_NE(result.fallback_why.find("poisoned"), std::string::npos);
}

TEST(discovery_run,
     what_travelled_with_grammar_when_it_failed_runs_again_each_in_a_job_of_its_own) {
  discovery_request request;
  request.input = traffic(2, 10);
  request.budget = 1s;
  discovery_run run(request, {}, start, start + 1s, cost_model{}, {10s});  // all in one job
  const auto all = run.next(start);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().stages.size(), 5U);
  run.failed(all.front(), {errc::poisoned, "killed its workers"});
  std::size_t jobs = 0;
  for (auto left = run.next(start); !left.empty(); left = run.next(start)) {
    for (const auto& one : left) {
      EXPECT_EQ(one.stages.size(), 1U);
      run.answered(one, finished(one, run.found()), reports(one, 1us));
      ++jobs;
    }
  }
  EXPECT_EQ(jobs, 5U);
  const auto result = run.conclude(start);
  EXPECT_FALSE(result.partial);
  EXPECT_EQ(result.used, fallback::fast);
}

TEST(discovery_run, a_stage_that_is_not_trusted_travels_alone) {
  discovery_request request;
  request.input = traffic(2, 10);
  request.budget = 1s;
  discovery_run run(request, {}, start, start + 1s, cost_model{}, {10s});
  discovery_run::stage_set alone;
  alone[static_cast<std::size_t>(stage::grammar)] = true;
  const auto jobs = run.next(start, alone);
  ASSERT_FALSE(jobs.empty());
  for (const auto& one : jobs) {
    EXPECT_EQ(std::ranges::count(one.stages, stage::grammar), 0) << "it waits for statistics";
  }
}

TEST(discovery_run, a_stage_that_nobody_serves_is_not_tried_in_fast) {
  auto run = accurate_run(1s, {fallback::fast, fallback::partial, fallback::none});
  auto job = run.next(start).front();
  run.answered(job, finished(job, {}), reports(job, 1ms));
  run.failed(run.next(start).front(), {errc::unavailable, "the breaker is open"});
  EXPECT_TRUE(run.next(start).empty());
  EXPECT_TRUE(run.finished());
}

TEST(discovery_run, the_failure_of_the_first_stage_in_the_plan_counts_whichever_came_first) {
  for (const bool classifier_first : {true, false}) {
    auto run = run_of(traffic(1000, 200), 10s);
    const auto jobs = run.next(start);
    const auto& statistics = jobs.at(0);
    const auto& classifier = jobs.at(1);
    const failure unknown{errc::classifier_failed, "no model"};
    if (classifier_first) {
      run.answered(classifier, {}, reports(classifier, 1ms, false, unknown));
    }
    run.answered(statistics, finished(statistics, {}), reports(statistics, 1ms));
    run.failed(run.next(start).front(), {errc::unavailable, "the breaker is open"});
    if (!classifier_first) {
      run.answered(classifier, {}, reports(classifier, 1ms, false, unknown));
    }
    EXPECT_EQ(run.first_failure().code, errc::unavailable);
  }
}

TEST(discovery_run, what_was_not_asked_for_is_not_wanted) {
  const auto result = run_of(traffic(10, 100), 10s, {stage::grammar}).conclude(start);
  EXPECT_TRUE(told(result, stage::statistics).wanted) << "grammar needs it";
  EXPECT_TRUE(told(result, stage::grammar).wanted);
  EXPECT_FALSE(told(result, stage::classifier).wanted);
}

TEST(discovery_run, says_beforehand_what_it_expects_to_skip) {
  const auto result = run_of(traffic(1000, 100), 2ms).conclude(start);
  EXPECT_TRUE(told(result, stage::statistics).expected);
  EXPECT_TRUE(told(result, stage::grammar).expected) << "anytime";
  EXPECT_FALSE(told(result, stage::validator).expected);
  EXPECT_GT(told(result, stage::validator).predicted, 1ms);
  const auto roomy = run_of(traffic(10, 100), 10s).conclude(start);
  for (const auto& one : roomy.stages) EXPECT_TRUE(one.expected);
}

}  // namespace
}  // namespace troupe
