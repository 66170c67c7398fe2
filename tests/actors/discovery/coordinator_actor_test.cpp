#include "actors/discovery/coordinator_actor.hpp"

#include "actors/shell/shell.hpp"
#include "tests/support/probes.hpp"
#include "tests/support/virtual_time.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;
using outcome = stage_report::outcome;

/// A stage that answers what its script says, or holds the job for ever.
struct stage_script {
  std::vector<stage_job> got;
  std::vector<stage> hangs;
  std::optional<failure> refuses;
  bool reports_nonsense = false;
  bool answers_another_job = false;
};

class scripted_stage {
 public:
  using handle = stage_actor;
  static constexpr const char* name = "scripted_stage";

  scripted_stage(handle::pointer self, std::shared_ptr<stage_script> script)
      : self_(self), script_(std::move(script)) {}

  handle::behavior_type make_behavior() {
    return {[this](const stage_job& job) -> caf::result<stage_answer> {
      script_->got.push_back(job);
      const auto hangs = [&](stage which) {
        return std::find(script_->hangs.begin(), script_->hangs.end(), which) !=
               script_->hangs.end();
      };
      if (std::any_of(job.stages.begin(), job.stages.end(), hangs)) {
        held_.push_back(self_->make_response_promise<stage_answer>());
        return held_.back();
      }
      if (script_->refuses) return make_error(*script_->refuses);
      return answer_to(job);
    }};
  }

 private:
  [[nodiscard]] stage_answer answer_to(const stage_job& job) const {
    stage_answer out{job.so_far, {}, job.content};
    if (script_->answers_another_job) out.content.low ^= 1;
    for (const auto which : job.stages) {
      switch (which) {
        case stage::statistics: out.found.stats = std::make_shared<statistics>(); break;
        case stage::grammar: out.found.grammar = std::make_shared<format>(); break;
        case stage::parser: out.found.parse = std::make_shared<parse_report>(); break;
        case stage::classifier: out.found.protocol = std::make_shared<classification>(); break;
        case stage::validator: out.found.validity = std::make_shared<validation>(); break;
      }
      const auto told = script_->reports_nonsense ? static_cast<stage>(99) : which;
      out.ran.push_back({told, 1us, false, {}});
    }
    return out;
  }

  handle::pointer self_;
  std::shared_ptr<stage_script> script_;
  std::vector<caf::typed_response_promise<stage_answer>> held_;
};

/// A cache shard with one entry at most.
struct shard_script {
  std::optional<std::pair<content_hash, discovery_result_ptr>> entry;
  bool hangs = false;
};

class scripted_shard {
 public:
  using handle = cache_shard_actor;
  static constexpr const char* name = "scripted_shard";

  scripted_shard(handle::pointer self, std::shared_ptr<shard_script> script)
      : self_(self), script_(std::move(script)) {}

  handle::behavior_type make_behavior() {
    return {
        [this](const cache_lookup& lookup) -> caf::result<discovery_result_ptr> {
          if (script_->hangs) {
            held_ = self_->make_response_promise<discovery_result_ptr>();
            return held_;
          }
          const auto& entry = script_->entry;
          if (entry && entry->first == lookup.key) return entry->second;
          return discovery_result_ptr{};
        },
        [this](const cache_insert& insert) { script_->entry.emplace(insert.key, insert.result); },
        [](tick_atom) {},
    };
  }

 private:
  handle::pointer self_;
  std::shared_ptr<shard_script> script_;
  caf::typed_response_promise<discovery_result_ptr> held_;
};

class coordinator_test : public virtual_time {
 protected:
  void start(std::size_t shards = 1, std::uint32_t waiting_limit = 100) {
    auto& rules = rules_;
    rules.waiting_limit = waiting_limit;
    rules.run.fuse_below = 0ns;  // each stage is a job of its own
    rules.admit.limit.initial = rules.admit.limit.min = at_once_;
    rules.admit.limit.max = at_once_;
    coordinator_state::dependencies with;
    with.known.stages.fill(owned(system().spawn<shell<scripted_stage>>(stages_)));
    shard_ = owned(system().spawn<shell<scripted_shard>>(cache_));
    with.known.shards.assign(shards, shard_);
    with.costs = std::make_shared<cost_model>();
    with.probe = make_probe<discovery_probe>(std::string("c"));
    coordinator_ = owned(system().spawn<shell<coordinator_state>>(rules, with));
  }

  [[nodiscard]] coordinator_job job(std::uint64_t id = 1, duration budget = 100ms) {
    coordinator_job out;
    out.request.id = {id};
    out.request.input = input_;
    out.input = {5, 5};
    out.accepted = now();
    out.deadline = now() + budget;
    return out;
  }

  reply_ptr<discovery_result_ptr> send(const coordinator_job& what) {
    return ask_now<discovery_result_ptr>(coordinator_, what);
  }

  static const stage_report& told(const discovery_result_ptr& result, stage which) {
    return result->stages.at(static_cast<std::size_t>(which));
  }

  coordinator_state::options rules_;
  double at_once_ = 20;
  traffic_group_ptr input_ = std::make_shared<traffic_group>();
  std::shared_ptr<stage_script> stages_ = std::make_shared<stage_script>();
  std::shared_ptr<shard_script> cache_ = std::make_shared<shard_script>();
  cache_shard_actor shard_;
  coordinator_actor coordinator_;
};

TEST_F(coordinator_test, answers_with_what_all_stages_found_and_keeps_it_in_the_cache) {
  start();
  const auto got = send(job());
  ASSERT_TRUE(got->value);
  const auto& result = *got->value;
  EXPECT_FALSE(result->partial);
  EXPECT_FALSE(result->from_cache);
  for (const auto& one : result->stages) EXPECT_EQ(one.state, outcome::done) << one.why;
  ASSERT_TRUE(cache_->entry);
  EXPECT_EQ(cache_->entry->second, result);
}

TEST_F(coordinator_test, the_second_time_no_stage_is_asked) {
  start();
  send(job(1));
  const auto asked = stages_->got.size();
  const auto got = send(job(2));
  ASSERT_TRUE(got->value);
  EXPECT_TRUE((*got->value)->from_cache);
  EXPECT_EQ((*got->value)->id, request_id{2});
  EXPECT_EQ(stages_->got.size(), asked);
}

TEST_F(coordinator_test, a_request_that_wants_no_cache_neither_looks_nor_leaves_anything) {
  start();
  auto fresh = job();
  fresh.request.use_cache = false;
  send(fresh);
  EXPECT_FALSE(cache_->entry);
}

TEST_F(coordinator_test, a_shard_that_is_down_costs_a_hit_and_not_the_request) {
  start();
  caf::anon_send_exit(shard_, caf::exit_reason::kill);
  settle();
  EXPECT_TRUE(send(job())->value);
}

TEST_F(coordinator_test, a_shard_that_never_answers_costs_no_more_than_the_deadline) {
  start();
  cache_->hangs = true;
  const auto got = send(job(1, 100ms));
  advance(90ms);
  EXPECT_TRUE(got->open());
  advance(10ms);
  EXPECT_EQ(got->code(), errc::deadline_exceeded);
  EXPECT_EQ(got->times, 1);
}

TEST_F(coordinator_test,
       a_stage_that_hangs_is_asked_to_stop_and_is_missing_from_an_answer_in_time) {
  start();
  stages_->hangs = {stage::grammar};
  const auto got = send(job(1, 100ms));
  advance(99ms);
  ASSERT_TRUE(got->value);
  const auto& result = *got->value;
  EXPECT_TRUE(result->partial);
  EXPECT_TRUE(result->in_time);
  EXPECT_EQ(told(result, stage::grammar).state, outcome::late);
  const auto hung =
      std::ranges::find(stages_->got, std::vector{stage::grammar}, &stage_job::stages);
  ASSERT_NE(hung, stages_->got.end());
  EXPECT_TRUE(hung->stop.stop_requested());
  EXPECT_FALSE(cache_->entry) << "a partial result is not kept";
}

TEST_F(coordinator_test, without_any_result_the_first_failure_is_the_answer) {
  start();
  stages_->refuses = failure{errc::overloaded, "full"};
  const auto got = send(job());
  EXPECT_EQ(got->code(), errc::overloaded);
}

TEST_F(coordinator_test, refuses_what_comes_after_its_deadline_and_what_has_no_traffic) {
  start();
  EXPECT_EQ(send(job(1, 0ns))->code(), errc::deadline_exceeded);
  auto empty = job();
  empty.request.input = nullptr;
  EXPECT_EQ(send(empty)->code(), errc::bad_input);
  EXPECT_TRUE(stages_->got.empty());
}

TEST_F(coordinator_test, holds_no_more_requests_than_it_may) {
  start(1, 2);
  stages_->hangs = {stage::statistics};
  const auto first = send(job(1));
  const auto second = send(job(2));
  EXPECT_EQ(send(job(3))->code(), errc::overloaded);
  advance(100ms);
  EXPECT_EQ(first->times, 1);
  EXPECT_EQ(second->times, 1);
}

TEST_F(coordinator_test, works_on_no_more_at_once_than_admitted_and_goes_on_when_one_is_done) {
  at_once_ = 1;
  start(0);
  stages_->hangs = {stage::grammar};
  const auto first = send(job(1, 50ms));
  const auto second = send(job(2, 100ms));
  const auto asked_first = stages_->got.size();
  ASSERT_GT(asked_first, 0u);
  EXPECT_TRUE(std::ranges::all_of(stages_->got, [](const auto& one) { return one.id.value == 1; }));
  stages_->hangs.clear();
  advance(50ms);
  EXPECT_TRUE(first->value) << "partial, at its deadline";
  ASSERT_TRUE(second->value);
  EXPECT_FALSE((*second->value)->partial);
}

TEST_F(coordinator_test, what_would_wait_too_long_is_refused_and_told_when_to_try_again) {
  at_once_ = 1;
  start(0);
  stages_->hangs = {stage::grammar};
  std::vector<reply_ptr<discovery_result_ptr>> all;
  for (std::uint64_t id = 1; id <= 50; ++id) {
    all.push_back(send(job(id, 1s)));
    advance(10ms);
  }
  const auto refused =
      std::ranges::count_if(all, [](const auto& one) { return one->code() == errc::overloaded; });
  EXPECT_GT(refused, 25);
  advance(2s);
  for (const auto& one : all) EXPECT_EQ(one->times, 1);
}

TEST_F(coordinator_test, a_cached_answer_needs_no_turn) {
  at_once_ = 1;
  start();
  send(job(1));
  stages_->hangs = {stage::statistics};
  auto fresh = job(2);
  fresh.request.use_cache = false;
  const auto busy = send(fresh);
  const auto cached = send(job(3));
  ASSERT_TRUE(cached->value);
  EXPECT_TRUE((*cached->value)->from_cache);
  EXPECT_TRUE(busy->open());
}

/// A breaker that gives its permits, or refuses.
struct breaker_script {
  std::vector<call_sample> told;
  std::vector<permit_return> returned;
  std::uint32_t permits = 0;
  int asked = 0;
};

struct scripted_breaker {
  using handle = breaker_actor;
  static constexpr const char* name = "scripted_breaker";
  scripted_breaker(handle::pointer self, std::shared_ptr<breaker_script> script, breaker_view first)
      : self_(self), script_(std::move(script)), first_(first) {}
  handle::behavior_type make_behavior() {
    return {
        [this](const watch_breaker& asked) {
          self_->send(asked.watcher, breaker_news{stage::grammar, first_});
        },
        [this](permit_request) -> permit_answer {
          ++script_->asked;
          if (script_->permits == 0) return {{}, 70ms};
          return {breaker_permit{first_.generation, script_->permits--}, {}};
        },
        [this](const call_samples& got) {
          script_->told.insert(script_->told.end(), got.calls.begin(), got.calls.end());
        },
        [this](const permit_return& got) { script_->returned.push_back(got); },
        [](breaker_query) { return breaker_status{}; },
        [](breaker_order) { return breaker_status{}; },
        [](tick_atom) {},
    };
  }

 private:
  handle::pointer self_;
  std::shared_ptr<breaker_script> script_;
  breaker_view first_;
};

class coordinator_breaker_test : public coordinator_test {
 protected:
  void start_with(const breaker_view& view) {
    start(0);
    const auto breaker = owned(system().spawn<shell<scripted_breaker>>(breaker_, view));
    caf::anon_send(coordinator_, breaker_route{stage::grammar, breaker});
    settle();
  }
  [[nodiscard]] bool grammar_was_asked() const {
    return std::ranges::any_of(
        stages_->got, [](const auto& one) { return one.stages.front() == stage::grammar; });
  }
  std::shared_ptr<breaker_script> breaker_ = std::make_shared<breaker_script>();
};

TEST_F(coordinator_breaker_test, a_closed_breaker_is_told_how_calls_went_and_never_asked) {
  start_with({breaker_state::closed, 5, {}});
  const auto got = send(job());
  ASSERT_TRUE(got->value);
  EXPECT_FALSE((*got->value)->partial);
  advance(100ms);
  send(job(2));
  advance(5ms);
  EXPECT_EQ(breaker_->asked, 0);
  ASSERT_EQ(breaker_->told.size(), 2U) << "told once in 100 ms";
  EXPECT_EQ(breaker_->told.front().how, call_outcome::succeeded);
}

TEST_F(coordinator_breaker_test, behind_an_open_breaker_the_answer_is_partial_and_says_so) {
  start_with({breaker_state::open, 5, now() + 1s});
  const auto got = send(job());
  ASSERT_TRUE(got->value) << "without waiting for the deadline";
  const auto& result = **got->value;
  EXPECT_TRUE(result.partial);
  EXPECT_EQ(result.used, fallback::partial);
  EXPECT_NE(result.fallback_why.find("breaker of grammar is open"), std::string::npos);
  EXPECT_FALSE(grammar_was_asked());
}

TEST_F(coordinator_breaker_test,
       who_takes_no_partial_answer_gets_the_error_and_when_to_come_again) {
  start_with({breaker_state::open, 5, now() + 1s});
  auto strict = job();
  strict.request.fallbacks = {};
  const auto got = send(strict);
  ASSERT_TRUE(got->error);
  const auto why = to_failure(*got->error);
  EXPECT_EQ(why.code, errc::unavailable);
  EXPECT_EQ(why.retry_after, 1s);
}

TEST_F(coordinator_breaker_test, a_half_open_breaker_is_asked_and_gets_its_permit_back) {
  start_with({breaker_state::half_open, 6, {}});
  breaker_->permits = 1;
  const auto got = send(job(1));
  ASSERT_TRUE(got->value);
  EXPECT_FALSE((*got->value)->partial);
  ASSERT_EQ(breaker_->returned.size(), 1U);
  EXPECT_EQ(breaker_->returned.front().granted, (breaker_permit{6, 1}));
  EXPECT_EQ(breaker_->returned.front().call.how, call_outcome::succeeded);
  const auto refused = send(job(2));
  ASSERT_TRUE(refused->value);
  EXPECT_TRUE((*refused->value)->partial);
}

TEST_F(coordinator_breaker_test, a_probe_that_is_not_answered_in_time_has_failed) {
  start_with({breaker_state::half_open, 6, {}});
  breaker_->permits = 1;
  stages_->hangs = {stage::grammar};
  const auto got = send(job(1, 1s));
  advance(1s);
  EXPECT_EQ(got->times, 1);
  ASSERT_EQ(breaker_->returned.size(), 1U);
  EXPECT_EQ(breaker_->returned.front().call.how, call_outcome::failed);
}

TEST_F(coordinator_test, a_full_bulkhead_lets_jobs_wait_and_the_next_one_leaves_it_none) {
  rules_.bulk.concurrent = 1;
  rules_.bulk.waiting = 1;
  start(0);
  stages_->hangs = {stage::grammar};
  const auto inside = send(job(1, 50ms));
  const auto waits = send(job(2, 200ms));
  const auto refused = send(job(3, 200ms));
  ASSERT_TRUE(refused->value) << "partial at once";
  EXPECT_TRUE((*refused->value)->partial);
  EXPECT_TRUE(waits->open());
  stages_->hangs.clear();
  advance(50ms);
  EXPECT_EQ(inside->times, 1);
  ASSERT_TRUE(waits->value) << "its turn came when the first was given up";
  EXPECT_FALSE((*waits->value)->partial);
}

TEST_F(coordinator_test, dying_of_one_request_it_blames_this_one_and_no_other) {
  start(0);
  stages_->hangs = {stage::statistics};
  const auto innocent = send(job(1));
  stages_->hangs.clear();
  stages_->reports_nonsense = true;
  const auto guilty = send(job(2));
  ASSERT_TRUE(guilty->error);
  EXPECT_EQ(guilty->code(), errc::crashed);
  const auto crash = crash_in(*guilty->error);
  ASSERT_TRUE(crash);
  EXPECT_EQ(crash->killer, request_id{2});
  ASSERT_TRUE(innocent->error);
  EXPECT_EQ(*innocent->error, caf::sec::request_receiver_down);
  EXPECT_EQ(innocent->times, 1);
}

TEST_F(coordinator_test, an_answer_to_another_job_is_not_taken) {
  start(0);
  stages_->answers_another_job = true;
  EXPECT_EQ(send(job())->code(), errc::internal);
}

TEST_F(coordinator_test, a_cache_entry_of_another_input_is_as_good_as_none) {
  start();
  send(job(1));
  ASSERT_TRUE(cache_->entry);
  auto foreign = std::make_shared<discovery_result>(*cache_->entry->second);
  foreign->input.low ^= 1;
  cache_->entry->second = foreign;
  const auto got = send(job(2));
  ASSERT_TRUE(got->value);
  EXPECT_FALSE((*got->value)->from_cache);
  EXPECT_EQ((*got->value)->input, (content_hash{5, 5}));
}

TEST_F(coordinator_test, a_new_route_is_used_from_the_next_job_on) {
  start(0);
  const auto other = std::make_shared<stage_script>();
  const auto instead = owned(system().spawn<shell<scripted_stage>>(other));
  for (const auto which : all_stages) caf::anon_send(coordinator_, stage_route{which, instead});
  EXPECT_TRUE(send(job())->value);
  EXPECT_TRUE(stages_->got.empty());
  EXPECT_FALSE(other->got.empty());
}

}  // namespace
}  // namespace troupe::test
