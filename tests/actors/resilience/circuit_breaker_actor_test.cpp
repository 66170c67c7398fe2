#include "actors/resilience/circuit_breaker_actor.hpp"

#include <random>

#include "actors/shell/shell.hpp"
#include "tests/support/probes.hpp"
#include "tests/support/virtual_time.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;

/// Hears the news of a breaker.
struct listener_state {
  using handle = breaker_watcher;
  static constexpr const char* name = "listener";
  listener_state(handle::pointer, std::shared_ptr<std::vector<breaker_view>> heard)
      : heard_(std::move(heard)) {}
  handle::behavior_type make_behavior() {
    return {[this](const breaker_news& news) { heard_->push_back(news.now); }};
  }

 private:
  std::shared_ptr<std::vector<breaker_view>> heard_;
};

/// Asks for a permit and keeps it.
struct caller_state {
  using handle = caf::typed_actor<caf::reacts_to<tick_atom>, caf::reacts_to<breaker_news>>;
  static constexpr const char* name = "caller";
  caller_state(handle::pointer self, breaker_actor breaker,
               std::shared_ptr<std::vector<permit_answer>> got)
      : self_(self), breaker_(std::move(breaker)), got_(std::move(got)) {}
  handle::behavior_type make_behavior() {
    self_->send(breaker_, watch_breaker{breaker_watcher(self_)});
    return {[this](tick_atom) {
              self_->request(breaker_, caf::infinite, permit_request{})
                  .then([this](const permit_answer& answer) { got_->push_back(answer); });
            },
            [](const breaker_news&) {}};
  }

 private:
  handle::pointer self_;
  breaker_actor breaker_;
  std::shared_ptr<std::vector<permit_answer>> got_;
};

class circuit_breaker_actor_test : public virtual_time {
 protected:
  breaker_actor start(std::uint32_t probes = 3) {
    circuit_breaker::options rules;
    rules.window.calls = 10;
    rules.minimum_calls = 4;
    rules.open_time = 1s;
    rules.probes = probes;
    rules.probe_time = 2s;
    rules.half_open_time = 60s;
    rules_ = std::make_shared<circuit_breaker>(rules);
    out_ = std::make_shared<circuit_breaker_state::holders>();
    return spawn();
  }

  breaker_actor spawn() {
    circuit_breaker_state::dependencies with;
    with.which = stage::parser;
    with.rules = rules_;
    with.out = out_;
    with.probe = probe_ = make_probe<breaker_probe>(std::string("parser"));
    return owned(system().spawn<shell<circuit_breaker_state>>(with));
  }

  void fail(const breaker_actor& breaker, std::size_t calls) {
    call_samples samples{rules_->generation(), {}};
    samples.calls.assign(calls, {call_outcome::failed, 1ms});
    caf::anon_send(breaker, samples);
    settle();
  }

  permit_answer ask_permit(const breaker_actor& breaker, time_point deadline = time_point::max()) {
    return *ask_now<permit_answer>(breaker, permit_request{deadline})->value;
  }

  std::shared_ptr<circuit_breaker> rules_;
  std::shared_ptr<breaker_probe> probe_;
  std::shared_ptr<circuit_breaker_state::holders> out_ =
      std::make_shared<circuit_breaker_state::holders>();
};

TEST_F(circuit_breaker_actor_test, tells_its_state_at_once_and_at_each_change) {
  const auto breaker = start();
  auto heard = std::make_shared<std::vector<breaker_view>>();
  const auto listener = owned(system().spawn<shell<listener_state>>(heard));
  caf::anon_send(breaker, watch_breaker{listener});
  settle();
  ASSERT_EQ(heard->size(), 1U);
  EXPECT_EQ(heard->back().state, breaker_state::closed);
  fail(breaker, 4);
  ASSERT_EQ(heard->size(), 2U);
  EXPECT_EQ(heard->back().state, breaker_state::open);
  EXPECT_EQ(heard->back().retry_at, now() + 1s);
}

TEST_F(circuit_breaker_actor_test, samples_of_an_earlier_state_change_nothing) {
  const auto breaker = start();
  caf::anon_send(breaker, call_samples{rules_->generation() + 1,
                                       std::vector<call_sample>(20, {call_outcome::failed, 1ms})});
  settle();
  EXPECT_EQ(rules_->now_in(), breaker_state::closed);
}

TEST_F(circuit_breaker_actor_test, what_it_has_counted_outlives_it) {
  const auto breaker = start();
  fail(breaker, 3);
  caf::anon_send_exit(breaker, caf::exit_reason::kill);
  settle();
  fail(spawn(), 1);
  EXPECT_EQ(rules_->now_in(), breaker_state::open);
}

TEST_F(circuit_breaker_actor_test,
       a_permit_comes_back_from_a_caller_that_dies_after_the_breaker_did) {
  const auto first = start(1);
  fail(first, 4);
  advance(1s);
  auto got = std::make_shared<std::vector<permit_answer>>();
  const auto caller = owned(system().spawn<shell<caller_state>>(first, got));
  caf::anon_send(caller, tick_atom::value);
  settle();
  ASSERT_TRUE(got->at(0).granted);
  caf::anon_send_exit(first, caf::exit_reason::kill);
  settle();
  const auto second = spawn();
  settle();
  EXPECT_FALSE(ask_permit(second).granted);
  caf::anon_send_exit(caller, caf::exit_reason::kill);
  settle();
  EXPECT_TRUE(ask_permit(second).granted);
}

TEST_F(circuit_breaker_actor_test, a_permit_is_lost_when_its_call_is_long_over_and_is_counted) {
  const auto breaker = start(1);
  fail(breaker, 4);
  advance(1s);
  EXPECT_FALSE(ask_permit(breaker, now()).granted) << "a call that is over tries nothing";
  ASSERT_TRUE(ask_permit(breaker, now() + 200ms).granted);
  advance(299ms);
  EXPECT_EQ(rules_->now_in(), breaker_state::half_open);
  EXPECT_EQ(probe_->lost_so_far(), 0);
  advance(2ms);
  EXPECT_EQ(rules_->now_in(), breaker_state::open);
  EXPECT_EQ(probe_->lost_so_far(), 1);
}

TEST_F(circuit_breaker_actor_test, orders_are_obeyed_and_answered_with_the_new_state) {
  const auto breaker = start();
  const auto told = ask_now<breaker_status>(breaker, breaker_order::force_open);
  EXPECT_EQ(told->value->now.state, breaker_state::forced_open);
  EXPECT_FALSE(ask_permit(breaker).granted);
  ask_now<breaker_status>(breaker, breaker_order::reset);
  EXPECT_TRUE(ask_permit(breaker).granted);
  EXPECT_EQ(ask_now<breaker_status>(breaker, breaker_query{})->value->now.state,
            breaker_state::closed);
}

// Callers come, answer well or badly, cancel, die, or never answer, in random order: at no time are
// more than N probes out or answered, and the verdict falls after N answers.
TEST_F(circuit_breaker_actor_test, half_open_admits_exactly_its_probes_in_1000_random_schedules) {
  constexpr std::uint32_t probes = 3;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const auto breaker = start(probes);
    fail(breaker, 4);
    advance(1s);
    auto got = std::make_shared<std::vector<permit_answer>>();
    std::vector<caller_state::handle> callers;
    for (int i = 0; i < 6; ++i) {
      callers.push_back(system().spawn<shell<caller_state>>(breaker, got));
    }
    struct held {
      breaker_permit permit;
      caller_state::handle by;
      time_point since;
    };
    std::vector<held> out;
    std::uint32_t answered = 0;  // for the verdict
    std::uint64_t round = 0;     // generation,
    bool tries = false;          // and whether it is half open
    for (int step = 0; step < 40; ++step) {
      const auto drop_silent = [&] {
        answered += static_cast<std::uint32_t>(
            std::erase_if(out, [&](const held& one) { return now() - one.since >= 2s; }));
      };
      const auto end_round = [&] {
        if (rules_->generation() == round) return;
        if (tries) {
          EXPECT_EQ(answered, probes);
        }
        tries = rules_->now_in() == breaker_state::half_open;
        round = rules_->generation();
        answered = 0;
        out.clear();
      };
      const auto who = random() % callers.size();
      switch (random() % 6) {
        case 0:
        case 1:
        case 2: {
          const auto before = got->size();
          caf::anon_send(callers[who], tick_atom::value);
          settle();
          end_round();
          ASSERT_EQ(got->size(), before + 1);
          const auto& answer = got->back();
          if (rules_->now_in() != breaker_state::half_open) break;
          EXPECT_EQ(answer.granted.has_value(), out.size() + answered < probes);
          if (answer.granted) out.push_back({*answer.granted, callers[who], now()});
          break;
        }
        case 3: {  // answers, well, badly or not for the count
          if (out.empty()) break;
          const auto which = static_cast<std::ptrdiff_t>(random() % out.size());
          const auto how = static_cast<call_outcome>(random() % 3);
          caf::anon_send(breaker,
                         permit_return{out[static_cast<std::size_t>(which)].permit, {how, 1ms}});
          out.erase(out.begin() + which);
          if (how != call_outcome::ignored) ++answered;
          settle();
          break;
        }
        case 4: {  // dies: what it held is granted again
          caf::anon_send_exit(callers[who], caf::exit_reason::kill);
          std::erase_if(out, [&](const held& one) { return one.by == callers[who]; });
          callers[who] = system().spawn<shell<caller_state>>(breaker, got);
          settle();
          break;
        }
        default: {  // never answers
          advance(500ms);
          drop_silent();
          break;
        }
      }
      end_round();
      if (rules_->now_in() == breaker_state::half_open) {
        ASSERT_LE(out.size() + answered, probes);
      }
    }
    for (const auto& one : callers) caf::anon_send_exit(one, caf::exit_reason::kill);
    settle();
  }
}

}  // namespace
}  // namespace troupe::test
