#include "runtime/node.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
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

TEST(node, finds_format_parse_and_validity_of_traffic_it_was_not_told_about) {
  node runtime(quiet());
  const auto got = runtime.discover(request_for(bench::dns_like(100, 7))).wait();
  const auto& result = result_in(got);
  ASSERT_NE(result.found.stats, nullptr);
  ASSERT_NE(result.found.grammar, nullptr);
  ASSERT_NE(result.found.parse, nullptr);
  ASSERT_NE(result.found.validity, nullptr);
  EXPECT_EQ(result.found.stats->messages, 100U);
  EXPECT_GE(result.found.parse->parsed, 95U);
  EXPECT_TRUE(result.in_time);
  EXPECT_EQ(result.stages.size(), all_stages.size());
}

std::string refusal_of(const options& settings) {
  try {
    node runtime(settings);
  } catch (const std::runtime_error& why) {
    return why.what();
  }
  return "started";
}

TEST(node, does_not_start_without_its_grammar_model_and_names_key_and_file) {
  auto settings = quiet();
  settings.models.grammar = "no_such.model";
  EXPECT_EQ(refusal_of(settings), "models.grammar: " + settings.config_folder +
                                      "/models/no_such.model: cannot open the grammar model");
  settings.models.grammar = TROUPE_SOURCE_DIR "/config/models/classifier.model";
  EXPECT_NE(refusal_of(settings).find("models.grammar: " TROUPE_SOURCE_DIR), std::string::npos);
  settings.models.grammar.clear();
  EXPECT_TRUE(refusal_of(settings).starts_with("models.grammar: no grammar model"));
  settings = quiet();
  settings.config_folder.clear();
  EXPECT_TRUE(refusal_of(settings).starts_with("models.grammar: no grammar model"));
}

TEST(node, answers_by_one_grammar_model_are_not_served_for_another) {
  auto settings = quiet();
  const auto before = real_parts(settings).model_version;
  EXPECT_EQ(real_parts(settings).model_version, before);
  auto model = *test::shipped_grammar();
  model.weights[3] += 0.001;  // and the same name
  settings.models.grammar = testing::TempDir() + "other_grammar.model";
  std::ofstream(settings.models.grammar) << encode_grammar_model(model);
  EXPECT_NE(real_parts(settings).model_version, before);
}

TEST(node, says_that_it_has_no_classifier_and_does_everything_else) {
  node runtime(quiet());
  const auto got = runtime.discover(request_for(bench::dns_like(20, 7))).wait();
  const auto& classifier = result_in(got).stages[static_cast<std::size_t>(stage::classifier)];
  EXPECT_EQ(classifier.state, outcome::failed);
  EXPECT_NE(classifier.why.find("no classifier model"), std::string::npos);
  EXPECT_TRUE(result_in(got).partial);
}

TEST(node, the_same_input_seed_and_versions_give_the_same_findings) {
  const auto input = bench::records(80, 60, 3);
  const auto once = [&] {
    node runtime(quiet());
    return runtime.discover(request_for(input)).wait();
  };
  const auto first = once();
  const auto second = once();
  EXPECT_EQ(*result_in(first).found.grammar, *result_in(second).found.grammar);
  EXPECT_EQ(*result_in(first).found.stats, *result_in(second).found.stats);
}

TEST(node, refuses_a_request_without_traffic_and_one_without_time) {
  node runtime(quiet());
  const auto empty = runtime.discover(request_for(nullptr)).wait();
  EXPECT_EQ(std::get<failure>(empty).code, errc::bad_input);
  const auto late = runtime.discover(request_for(bench::dns_like(2, 1), 0ns)).wait();
  EXPECT_EQ(std::get<failure>(late).code, errc::deadline_exceeded);
}

TEST(node, a_whole_answer_is_served_from_the_cache_under_the_new_requests_name) {
  auto working = make_stage_table(nullptr, test::shipped_grammar());
  working[static_cast<std::size_t>(stage::classifier)] = [](const stage_input&, findings& found,
                                                            bool&) -> failure {
    found.protocol = std::make_shared<classification>();
    return {};
  };
  node::implementation runtime(quiet(),
                               {std::make_shared<const stage_table>(std::move(working)), 0, {}});
  const auto input = bench::dns_like(20, 7);
  const auto first = ask(runtime, request_for(input));
  ASSERT_FALSE(result_in(first).partial);
  auto again = request_for(input);
  again.id = {77};
  const auto second = ask(runtime, again);
  EXPECT_TRUE(result_in(second).from_cache);
  EXPECT_EQ(result_in(second).id, request_id{77});
  EXPECT_EQ(result_in(second).found.grammar, result_in(first).found.grammar);
  again.use_cache = false;
  EXPECT_FALSE(result_in(ask(runtime, again)).from_cache);
}

TEST(node, a_hanging_stage_costs_its_own_result_and_not_the_deadline) {
  auto hanging = [](const stage_input& input, findings&, bool&) -> failure {
    while (!input.context.stop.stop_requested()) std::this_thread::yield();
    return {errc::grammar_failed, "was stopped"};
  };
  node::implementation runtime(quiet(), parts_with(stage::grammar, hanging));
  const auto got = ask(runtime, request_for(bench::dns_like(100, 7), 200ms));
  EXPECT_NE(result_in(got).found.stats, nullptr);
  EXPECT_TRUE(result_in(got).partial);
  EXPECT_NE(result_in(got).stages[static_cast<std::size_t>(stage::grammar)].state, outcome::done);
}

TEST(node, a_request_that_kills_its_worker_twice_is_poisoned_and_the_next_one_is_served) {
  auto picky = [](const stage_input& input, findings& found, bool&) -> failure {
    if (input.traffic.messages.size() == 13) throw std::runtime_error("thirteen");
    found.stats = std::make_shared<statistics>();
    return {};
  };
  node::implementation runtime(quiet(), parts_with(stage::statistics, picky));
  auto deadly = request_for(bench::dns_like(13, 7));
  deadly.only = {stage::statistics};
  const auto got = ask(runtime, deadly);
  ASSERT_TRUE(std::holds_alternative<failure>(got));
  EXPECT_EQ(std::get<failure>(got).code, errc::poisoned);
  auto harmless = request_for(bench::dns_like(14, 7));
  harmless.only = {stage::statistics};
  EXPECT_FALSE(result_in(ask(runtime, harmless)).partial);
  std::uint64_t restarts = 0;
  for (const auto& entry : runtime.snapshot().entries) restarts += entry.restarts;
  EXPECT_EQ(restarts, 2U);
}

TEST(node, its_snapshot_shows_the_tree_in_start_order_with_everything_running) {
  node runtime(quiet());
  const auto tree = runtime.snapshot();
  std::set<std::string> paths;
  for (const auto& entry : tree.entries) {
    EXPECT_TRUE(entry.running) << entry.path;
    EXPECT_EQ(entry.incarnation, 1U) << entry.path;
    paths.insert(entry.path);
  }
  for (const auto* path : {"sla/deadlines", "cache/shard-1", "compute/grammar/router",
                           "compute/grammar/workers/pool-1", "gateway/entrance",
                           "gateway/coordinators/coordinator-1"}) {
    EXPECT_TRUE(paths.contains(path)) << path;
  }
}

TEST(node, its_metrics_count_what_it_answered) {
  node runtime(quiet());
  for (int i = 0; i < 3; ++i) {
    static_cast<void>(runtime.discover(request_for(bench::dns_like(10, 7))).wait());
  }
  runtime.stop();
  const auto text = runtime.metrics_text();
  EXPECT_NE(text.find("troupe_requests_total{coordinator=\"coordinator-1\",outcome=\"partial\"} 3"),
            std::string::npos)
      << text;
}

TEST(node, what_was_poisonous_twice_costs_no_further_life) {
  auto deadly = [](const stage_input&, findings&, bool&) -> failure {
    throw std::runtime_error("always");
  };
  node::implementation runtime(quiet(), parts_with(stage::statistics, deadly));
  auto request = request_for(bench::dns_like(13, 7));
  request.only = {stage::statistics};
  const auto deaths = [&] {
    std::uint64_t restarts = 0;
    for (const auto& entry : runtime.snapshot().entries) restarts += entry.restarts;
    return restarts;
  };
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(std::get<failure>(ask(runtime, request)).code, errc::poisoned);
  }
  const auto first = deaths();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(std::get<failure>(ask(runtime, request)).code, errc::poisoned);
  }
  EXPECT_EQ(deaths(), first);
  EXPECT_TRUE(runtime.live());
  const auto text = runtime.metrics_text();
  EXPECT_NE(text.find("troupe_router_jobs_total{outcome=\"quarantined\",router=\"statistics\"} 20"),
            std::string::npos)
      << text;
}

TEST(node, a_tree_that_gives_up_makes_it_neither_ready_nor_live_and_every_caller_has_an_answer) {
  auto settings = quiet();
  settings.supervision.max_restarts = 0;
  settings.supervision.root_max_restarts = 0;
  auto deadly = [](const stage_input&, findings&, bool&) -> failure {
    throw std::runtime_error("always");
  };
  node::implementation runtime(settings, parts_with(stage::statistics, deadly));
  EXPECT_TRUE(runtime.live());
  const auto got = ask(runtime, request_for(bench::dns_like(13, 7)));
  EXPECT_TRUE(std::holds_alternative<failure>(got));
  while (runtime.live()) std::this_thread::yield();
  EXPECT_FALSE(runtime.ready());
  const auto later = ask(runtime, request_for(bench::dns_like(13, 7)));
  EXPECT_EQ(std::get<failure>(later).code, errc::unavailable);
  EXPECT_EQ(overall(runtime.health_report()), health::unhealthy);
}

TEST(node, a_callback_that_throws_harms_nobody) {
  node::implementation runtime(quiet(), parts_with(stage::classifier, {}));
  auto request = request_for(bench::dns_like(10, 7));
  request.only = {stage::statistics};
  runtime.discover(request, [](const discovery_outcome&) { throw std::runtime_error("mine"); });
  runtime.discover(request_for(nullptr),
                   [](const discovery_outcome&) { throw std::runtime_error("mine"); });
  EXPECT_FALSE(result_in(ask(runtime, request)).partial);
  EXPECT_TRUE(runtime.live());
}

TEST(node, two_nodes_do_not_give_the_same_names) {
  const auto names = [](std::uint64_t boot) {
    auto parts = parts_with(stage::classifier, {});
    parts.boot = boot;
    node::implementation runtime(quiet(), std::move(parts));
    auto request = request_for(bench::dns_like(10, 7));
    request.only = {stage::statistics};
    const auto got = ask(runtime, request);
    return std::pair{result_in(got).id, result_in(got).trace};
  };
  const auto [one_id, one_trace] = names(1);
  const auto [other_id, other_trace] = names(2);
  EXPECT_NE(one_id, other_id);
  EXPECT_NE(one_trace, other_trace);
  EXPECT_LT(std::max(one_id.value, other_id.value), 1ULL << 53U);
}

/// Counts what passes on its way to an actor.
class counting_seam : public caf::monitorable_actor {
 public:
  counting_seam(caf::actor_config& config, caf::strong_actor_ptr target,
                std::shared_ptr<std::atomic<int>> passed)
      : caf::monitorable_actor(config), target_(std::move(target)), passed_(std::move(passed)) {}

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* where) override {
    ++*passed_;
    target_->enqueue(std::move(what), where);
  }
  void attach(caf::attachable_ptr what) override { target_->get()->attach(std::move(what)); }
  std::size_t detach(const caf::attachable::token& what) override {
    return target_->get()->detach(what);
  }
  std::set<std::string> message_types() const override { return target_->get()->message_types(); }

 private:
  caf::strong_actor_ptr target_;
  std::shared_ptr<std::atomic<int>> passed_;
};

TEST(node, every_handle_that_is_given_out_has_passed_through_the_seam) {
  auto parts = parts_with(stage::classifier, {});
  const auto lock = std::make_shared<std::mutex>();
  const auto passed = std::make_shared<std::map<std::string, std::shared_ptr<std::atomic<int>>>>();
  parts.decorate = [=](const std::string& path, const caf::actor& real) {
    const std::lock_guard hold(*lock);
    auto& count = (*passed)[path];
    if (!count) count = std::make_shared<std::atomic<int>>();
    auto& system = real.home_system();
    caf::actor_config config;
    return caf::make_actor<counting_seam, caf::actor>(
        system.next_actor_id(), system.node(), &system, config,
        caf::actor_cast<caf::strong_actor_ptr>(real), count);
  };
  node::implementation runtime(quiet(), std::move(parts));
  auto request = request_for(bench::dns_like(10, 7));
  request.only = {stage::statistics};
  EXPECT_FALSE(result_in(ask(runtime, request)).partial);
  runtime.stop();
  const auto through = [&](const std::string& path) {
    const auto found = passed->find(path);
    return found == passed->end() ? -1 : found->second->load();
  };
  for (const auto* path :
       {"sla/deadlines", "cache/shard-1", "compute/statistics/router", "gateway/router",
        "gateway/coordinators/coordinator-1", "gateway/entrance"}) {
    EXPECT_GE(through(path), path == std::string("sla/deadlines") ? 0 : 1) << path;
  }
  EXPECT_GE(through("compute/statistics/workers/pool-1") +
                through("compute/statistics/workers/detached-1"),
            1);
}

}  // namespace
}  // namespace troupe
