#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <mutex>

#include "runtime/supervision/router.hpp"
#include "runtime/supervision/supervisor_actor.hpp"
#include "tests/runtime/supervision/ordeal.hpp"

// The real scheduler, detached workers, real throws: what a stage does under fire.

namespace troupe::test {
namespace {

using namespace std::chrono_literals;
using namespace supervision;

constexpr std::uint64_t seed = 20'240'607;
constexpr std::size_t clients = 8;
constexpr std::size_t workers = 2;

#if defined(__SANITIZE_THREAD__)
constexpr std::size_t requests = 8'000;
constexpr std::size_t max_throughput = 1;  // the sanitizer cannot follow more, see CAF.md
#else
constexpr std::size_t requests = 100'000;
constexpr std::size_t max_throughput = 5;
#endif

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t whole = 0;
  std::size_t resident = 0;
  statm >> whole >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

caf::actor_system_config& configured(caf::actor_system_config& config) {
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("scheduler.max-threads", std::size_t{2});
  config.set("scheduler.max-throughput", max_throughput);
  register_troupe(config);
  return config;
}

/// top -> router, stage -> workers, as in the node's tree.
class supervision_integration : public ::testing::Test {
 protected:
  supervision_integration() : system_(configured(config_)) {
    std::cout << "seed " << seed << ", " << requests << " requests\n";
  }

  void start(supervisor_spec stage_rules, routing_options routing = {}) {
    supervisor_plan stage{stage_rules, {}, {"router"}};
    for (std::size_t number = 0; number < workers; ++number) {
      const auto spawn = [this, number](spawn_context& context) {
        history_[number].reset();  // an heir has one owner at a time
        history_[number] = context.heir.get<worker_history>();
        return spawn_worker<shell<unreliable_worker_state>>(context, placement::detached, run_,
                                                            history_[number], context.seed);
      };
      stage.children.push_back(
          actor_child("worker-" + std::to_string(number + 1), spawn, placement::detached));
    }
    supervisor_plan plan;
    plan.rules.max_restarts = 3;
    plan.children.push_back(actor_child("router", [this, routing](spawn_context& context) {
      auto router = spawn_stage_router(context.system, {routing});
      router_.set_value(router);
      return caf::actor_cast<caf::actor>(router);
    }));
    plan.children.push_back(supervisor_child("stage", std::move(stage)));
    environment shared{seed, {}, [this](const lifecycle_event& event) {
                         const std::lock_guard lock(log_guard_);
                         ++log_[{event.what, event.path}];
                       }};
    top_ = spawn_root(system_, std::move(plan), std::move(shared));
    caf::scoped_actor self{system_};
    self->request(top_, caf::infinite, start_atom::value)
        .receive([](caf::ok_atom) {},
                 [](const caf::error& error) { FAIL() << to_failure(error).what; });
    stage_ = router_.get_future().get();
  }

  tally run_clients() {
    std::vector<std::future<tally>> results;
    for (std::size_t number = 0; number < clients; ++number) {
      auto done = std::make_shared<std::promise<tally>>();
      results.push_back(done->get_future());
      const auto share = requests / clients;
      system_.spawn<shell<client_state>>(stage_, number * share + 1, share, done);
    }
    tally whole;
    for (auto& one : results) whole.add(one.get());
    return whole;
  }

  router_report router_says() {
    router_report out;
    caf::scoped_actor self{system_};
    self->request(stage_, caf::infinite, router_report_atom::value)
        .receive([&](const router_report& report) { out = report; }, [](const caf::error&) {});
    return out;
  }

  supervision_report supervisor_says() {
    supervision_report out;
    caf::scoped_actor self{system_};
    self->request(top_, caf::infinite, counters_atom::value)
        .receive([&](const supervision_report& report) { out = report; }, [](const caf::error&) {});
    return out;
  }

  void stop() {
    {
      caf::scoped_actor self{system_};  // one that lives would be waited for below
      self->request(top_, caf::infinite, stop_atom::value)
          .receive([](caf::ok_atom) {}, [](const caf::error&) {});
    }
    stage_ = nullptr;
    top_ = nullptr;
    system_.await_all_actors_done();
  }

  // Of both workers, in microseconds.
  void print_recovery() {
    std::vector<duration> all;
    for (const auto& one : history_) {
      all.insert(all.end(), one->until_serving.begin(), one->until_serving.end());
    }
    ASSERT_FALSE(all.empty());
    std::sort(all.begin(), all.end());
    const auto at = [&](double share) {
      const auto rank = static_cast<std::size_t>(share * static_cast<double>(all.size() - 1));
      return std::chrono::duration_cast<std::chrono::microseconds>(all[rank]).count();
    };
    std::cout << "crash to serving: " << all.size() << " crashes, p50 " << at(0.5) << " us, p99 "
              << at(0.99) << " us, max " << at(1) << " us\n";
  }

  std::uint64_t logged(lifecycle_event::kind what, const std::string& path) {
    const std::lock_guard lock(log_guard_);
    return log_[{what, path}];
  }

  caf::actor_system_config config_;
  caf::actor_system system_;
  std::shared_ptr<ordeal> run_ = std::make_shared<ordeal>(requests);
  std::array<std::shared_ptr<worker_history>, workers> history_;
  std::promise<stage_router> router_;
  supervisor top_;
  stage_router stage_;
  std::mutex log_guard_;
  std::map<std::pair<lifecycle_event::kind, std::string>, std::uint64_t> log_;
};

constexpr supervisor_spec tireless{strategy::one_for_one, 1'000'000, 30s, auto_shutdown::never};

// When 1 % of all executions throw, one request in 10,000 kills twice by bad luck alone; with a
// limit of 5 kills it is one in 10^10.
constexpr routing_options lenient{.kills_limit = 5};

TEST_F(supervision_integration, one_crash_in_a_hundred_executions_is_seen_by_no_caller) {
  run_->crash_share = 0.01;
  start(tireless, lenient);
  const auto before = resident_bytes();
  const auto begin = std::chrono::steady_clock::now();
  const auto seen = run_clients();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const auto after = resident_bytes();
  const auto routed = router_says();
  const auto supervised = supervisor_says();
  std::cout << took.count() << " s, " << run_->crashes << " crashes, resident " << before / 1024
            << " KiB before, " << after / 1024 << " KiB after\n";
  stop();
  print_recovery();
  EXPECT_EQ(seen.by_code, (std::map<errc, std::uint64_t>{{errc::none, requests}}));
  EXPECT_EQ(seen.answered_twice, 0u);
  EXPECT_EQ(routed.counters.crashes, run_->crashes);
  EXPECT_EQ(supervised.deaths, run_->crashes);
  EXPECT_EQ(logged(lifecycle_event::kind::ended, "stage/worker-1") +
                logged(lifecycle_event::kind::ended, "stage/worker-2"),
            run_->crashes + workers);
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
  EXPECT_LT(after, before + (32U << 20U));
#endif
}

TEST_F(supervision_integration, poisonous_requests_and_only_these_answer_poisoned) {
  run_->crash_share = 0.01;
  std::mt19937_64 random(seed);
  while (run_->poisonous.size() < 100) run_->poisonous.insert(random() % requests + 1);
  start(tireless, lenient);
  const auto seen = run_clients();
  stop();
  print_recovery();
  EXPECT_EQ(seen.poisoned, run_->poisonous);
  EXPECT_EQ(seen.by_code,
            (std::map<errc, std::uint64_t>{{errc::none, requests - 100}, {errc::poisoned, 100}}));
}

TEST_F(supervision_integration, by_default_two_kills_make_a_request_poisonous) {
  run_->crash_share = 0.01;
  std::mt19937_64 random(seed);
  while (run_->poisonous.size() < 100) run_->poisonous.insert(random() % requests + 1);
  start(tireless);
  const auto seen = run_clients();
  stop();
  EXPECT_EQ(seen.poisoned, run_->killed_at_least(2));
  EXPECT_TRUE(run_->killed_at_least(3).empty());
  EXPECT_EQ(seen.by_code.at(errc::none) + seen.poisoned.size(), requests);
}

TEST_F(supervision_integration, at_the_default_intensity_it_escalates_and_all_are_answered) {
  run_->crash_share = 0.01;
  start({});
  const auto seen = run_clients();
  system_.await_all_actors_done();  // nobody stops the tree: it ended by itself
  std::uint64_t answers = 0;
  for (const auto& [code, count] : seen.by_code) {
    std::cout << to_string(code) << " " << count << "\n";
    answers += count;
  }
  EXPECT_EQ(answers, requests);
  EXPECT_EQ(seen.answered_twice, 0u);
  EXPECT_EQ(seen.by_code.count(errc::crashed), 0u);
  EXPECT_GT(seen.by_code.at(errc::unavailable), 0u);
  EXPECT_EQ(logged(lifecycle_event::kind::gave_up, "stage"), 4u);
  EXPECT_EQ(logged(lifecycle_event::kind::gave_up, ""), 1u);
  EXPECT_GE(run_->crashes, 4u * 6u);
}

}  // namespace
}  // namespace troupe::test
