#include "runtime/node/entrance_actor.hpp"

#include <tuple>

#include "actors/shell/shell.hpp"
#include "tests/support/virtual_time.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;

constexpr auto review = 100ms;  // the entrance tells what it counted

/// A gateway that answers, refuses or holds.
struct gateway_script {
  std::optional<failure> refuses;
  bool holds = false;
  bool lets_go = false;  // of what it held, at the next job
  bool lies = false;     // answers in the name of another request
  std::vector<caf::typed_response_promise<discovery_result_ptr>> held;
};

class scripted_gateway {
 public:
  using handle = entrance_state::gateway;
  static constexpr const char* name = "scripted_gateway";

  scripted_gateway(handle::pointer self, std::shared_ptr<gateway_script> script)
      : self_(self), script_(std::move(script)) {}

  handle::behavior_type make_behavior() {
    return {[this](const coordinator_job&) -> caf::result<discovery_result_ptr> {
      if (std::exchange(script_->lets_go, false)) {
        for (auto& one : script_->held) one.deliver(std::make_shared<const discovery_result>());
      }
      if (script_->holds) {
        script_->held.push_back(self_->make_response_promise<discovery_result_ptr>());
        return script_->held.back();
      }
      if (script_->refuses) return make_error(*script_->refuses);
      auto result = std::make_shared<discovery_result>();
      if (script_->lies) result->id = {99};
      return result;
    }};
  }

 private:
  handle::pointer self_;
  std::shared_ptr<gateway_script> script_;
};

class counting_monitor {
 public:
  using handle = sla_monitor_actor;
  static constexpr const char* name = "counting_monitor";

  counting_monitor(handle::pointer, std::shared_ptr<sla_counts> seen) : seen_(std::move(seen)) {}

  handle::behavior_type make_behavior() {
    return {[this](const sla_counts& counts) {
              seen_->in_time += counts.in_time;
              seen_->missed += counts.missed;
            },
            [](tick_atom) {}};
  }

 private:
  std::shared_ptr<sla_counts> seen_;
};

class entrance_test : public virtual_time {
 protected:
  entrance_test() { start(nullptr); }

  void start(const std::shared_ptr<rate_limiter>& rates) {
    gateway_ = owned(system().spawn<shell<scripted_gateway>>(script_));
    entrance_ = owned(system().spawn<shell<entrance_state>>(entrance_state::dependencies{
        gateway_, rates, load_, [this](bool now) { told_.push_back(now); }, front_, {}}));
    const auto monitor = owned(system().spawn<shell<counting_monitor>>(seen_));
    caf::anon_send(entrance_, sla_route{monitor});
    settle();
  }

  ~entrance_test() override { script_->held.clear(); }

  // The outcomes that this call gets, one at most if all is well.
  std::shared_ptr<std::vector<discovery_outcome>> call(duration budget = 100ms,
                                                       client_id client = {}) {
    auto got = std::make_shared<std::vector<discovery_outcome>>();
    coordinator_job job;
    job.request.client = client;
    job.accepted = now();
    job.deadline = now() + budget;
    caf::anon_send(entrance_, entrance_order{job, std::make_shared<completion>([got](auto outcome) {
                                               got->push_back(std::move(outcome));
                                             })});
    settle();
    return got;
  }

  // Promises are delivered by the actor that made them.
  void let_go() {
    script_->lets_go = true;
    caf::anon_send(gateway_, coordinator_job{});
    settle();
  }

  static errc code(const std::vector<discovery_outcome>& got) {
    if (got.size() != 1) return errc::internal;
    const auto* why = std::get_if<failure>(&got.front());
    return why == nullptr ? errc::none : why->code;
  }

  std::shared_ptr<gateway_script> script_ = std::make_shared<gateway_script>();
  std::shared_ptr<sla_counts> seen_ = std::make_shared<sla_counts>();
  std::shared_ptr<rate_limiter> rates_ =
      std::make_shared<rate_limiter>(rate_limiter::options{{1, 1s, 3}, {1, 1s, 5}, 10});
  std::shared_ptr<overload_gate> load_ = std::make_shared<overload_gate>(overload_gate::options{});
  std::vector<bool> told_;  // whether it is overloaded
  std::shared_ptr<front_cache> front_ = std::make_shared<front_cache>(
      result_cache::options{}, 1, std::make_shared<std::atomic<std::uint64_t>>(0),
      [this] { return now(); });
  entrance_state::gateway gateway_;
  entrance_actor entrance_;
};

TEST_F(entrance_test, brings_the_answer_to_the_caller_and_counts_it) {
  const auto got = call();
  EXPECT_EQ(code(*got), errc::none);
  advance(review);
  EXPECT_EQ(*seen_, (sla_counts{1, 0}));
}

TEST_F(entrance_test, answers_repeated_without_it_count_as_in_time) {
  advance(review);
  EXPECT_TRUE(front_->note_repeat());
  EXPECT_FALSE(front_->note_repeat()) << "it is told once";
  caf::anon_send(entrance_, repeated_atom::value);
  settle();
  advance(review);
  EXPECT_EQ(*seen_, (sla_counts{2, 0}));
  EXPECT_TRUE(front_->note_repeat()) << "and once more for what comes then";
}

TEST_F(entrance_test, every_refusal_is_a_miss_but_those_that_the_caller_or_a_stop_brought_about) {
  for (const auto why : {errc::overloaded, errc::poisoned, errc::unavailable,
                         errc::deadline_exceeded, errc::bad_input, errc::stopping}) {
    script_->refuses = failure{why, "scripted"};
    EXPECT_EQ(code(*call()), why);
  }
  advance(review);
  EXPECT_EQ(*seen_, (sla_counts{0, 4}));
}

TEST_F(entrance_test, an_answer_after_the_deadline_is_delivered_and_is_a_miss) {
  script_->holds = true;
  const auto got = call(100ms);
  advance(101ms);
  ASSERT_TRUE(got->empty());
  let_go();
  advance(review);
  EXPECT_EQ(code(*got), errc::none);
  EXPECT_FALSE(std::get<discovery_result_ptr>(got->front())->in_time) << "whatever it said before";
  EXPECT_EQ(*seen_, (sla_counts{0, 1}));
}

TEST_F(entrance_test, an_answer_of_another_request_is_none) {
  script_->lies = true;
  EXPECT_EQ(code(*call()), errc::internal);
  advance(review);
  EXPECT_EQ(*seen_, (sla_counts{0, 1}));
}

TEST_F(entrance_test, answers_in_place_of_a_gateway_that_does_not_and_only_once) {
  script_->holds = true;
  const auto got = call(100ms);
  advance(100ms + entrance_grace - 1ms);
  EXPECT_TRUE(got->empty());
  advance(20ms);
  EXPECT_EQ(code(*got), errc::deadline_exceeded);
  let_go();
  advance(20ms);
  EXPECT_EQ(got->size(), 1U);
  EXPECT_EQ(*seen_, (sla_counts{0, 1}));
}

TEST_F(entrance_test, a_client_that_asks_too_often_is_told_to_slow_down_and_the_others_are_served) {
  start(rates_);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(code(*call(100ms, {1})), errc::none);
  const auto refused = call(100ms, {1});
  EXPECT_EQ(code(*refused), errc::rate_limited);
  EXPECT_EQ(std::get<failure>(refused->front()).retry_after, 1s);
  EXPECT_EQ(code(*call(100ms, {2})), errc::none);
  EXPECT_EQ(code(*call(100ms, {2})), errc::none);
  EXPECT_EQ(code(*call(100ms, {2})), errc::overloaded) << "five in all";
  advance(1s);
  EXPECT_EQ(code(*call(100ms, {1})), errc::none);
}

TEST_F(entrance_test, tells_that_it_is_overloaded_and_when_that_is_over_also_without_requests) {
  script_->refuses = failure{errc::overloaded, "scripted"};
  for (int i = 0; i < 30; ++i) call();
  advance(review);
  EXPECT_EQ(told_, std::vector<bool>{true});
  advance(6s);
  EXPECT_EQ(told_, (std::vector{true, false}));
}

TEST_F(entrance_test, refusals_among_many_repeated_answers_are_no_overload) {
  advance(review);
  told_.clear();
  script_->refuses = failure{errc::overloaded, "scripted"};
  for (int i = 0; i < 30; ++i) call();
  for (int i = 0; i < 1000; ++i) std::ignore = front_->note_repeat();
  caf::anon_send(entrance_, repeated_atom::value);
  settle();
  advance(review);
  EXPECT_TRUE(told_.empty()) << "30 of 1030 were refused";
}

TEST_F(entrance_test, its_next_life_counts_what_was_repeated_though_nobody_tells_it) {
  advance(review);
  caf::anon_send_exit(entrance_, caf::exit_reason::kill);
  settle();
  std::ignore = front_->note_repeat();
  start(nullptr);
  advance(review);
  EXPECT_EQ(*seen_, (sla_counts{1, 0}));
}

TEST_F(entrance_test, its_next_life_tells_that_the_overload_is_over_though_nobody_asks) {
  script_->refuses = failure{errc::overloaded, "scripted"};
  for (int i = 0; i < 30; ++i) call();
  advance(review);
  caf::anon_send_exit(entrance_, caf::exit_reason::kill);
  settle();
  start(nullptr);
  advance(review);
  EXPECT_EQ(told_, (std::vector{true, true}));
  advance(6s);
  EXPECT_FALSE(told_.back());
}

TEST_F(entrance_test, closing_answers_all_that_is_open_and_all_that_comes) {
  script_->holds = true;
  const auto open = call();
  caf::anon_send(entrance_, close_atom::value);
  settle();
  EXPECT_EQ(code(*open), errc::stopping);
  EXPECT_EQ(code(*call()), errc::stopping);
}

TEST_F(entrance_test, its_own_end_answers_all_that_is_open) {
  script_->holds = true;
  const auto open = call();
  caf::anon_send_exit(entrance_, caf::exit_reason::kill);
  settle();
  EXPECT_EQ(code(*open), errc::unavailable);
  EXPECT_EQ(code(*call()), errc::unavailable) << "also for an order that it never saw";
}

}  // namespace
}  // namespace troupe::test
