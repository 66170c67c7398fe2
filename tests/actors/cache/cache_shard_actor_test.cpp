#include "actors/cache/cache_shard_actor.hpp"

#include "actors/shell/shell.hpp"
#include "tests/support/probes.hpp"
#include "tests/support/virtual_time.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;

/// A shared store with one value at most.
struct store_script {
  std::shared_ptr<const std::string> holds;
  duration left{0};
  bool fails = false;
  bool hangs = false;
  std::vector<store_get> asked;
  std::vector<store_put> put;
};

class scripted_store {
 public:
  using handle = cache_store_actor;
  static constexpr const char* name = "scripted_store";

  scripted_store(handle::pointer self, std::shared_ptr<store_script> script)
      : self_(self), script_(std::move(script)) {}

  handle::behavior_type make_behavior() {
    return {
        [this](const store_get& asked) -> caf::result<store_value> {
          script_->asked.push_back(asked);
          if (script_->fails) return make_error(errc::unavailable, "down");
          if (script_->hangs) {
            held_.push_back(self_->make_response_promise<store_value>());
            return held_.back();
          }
          return store_value{script_->holds, script_->left};
        },
        [this](const store_put& what) { script_->put.push_back(what); },
        [](const store_forget&) {},
        [](const store_reply&) {},
        [](breaker_query) { return breaker_status{}; },
        [](breaker_order) { return breaker_status{}; },
        [](tick_atom) {},
    };
  }

 private:
  handle::pointer self_;
  std::shared_ptr<store_script> script_;
  std::vector<caf::typed_response_promise<store_value>> held_;
};

class cache_shard_test : public virtual_time {
 protected:
  cache_shard_actor start() {
    cache_shard_state::dependencies with{entries_, probe_, {}};
    with.store_first = store_first_;
    return owned(system().spawn<shell<cache_shard_state>>(with));
  }

  cache_shard_actor start_with_store() {
    const auto shard = start();
    caf::anon_send(shard, store_route{owned(system().spawn<shell<scripted_store>>(store_))});
    settle();
    return shard;
  }

  static std::shared_ptr<const std::string> stored_under(content_hash key) {
    return std::make_shared<const std::string>(encode({}, {key, 0, 60s}));
  }

  // Null: not held.
  discovery_result_ptr look_up(const cache_shard_actor& shard, content_hash key) {
    return ask_now<cache_answer>(shard, cache_lookup{key})->value->result;
  }

  std::shared_ptr<cache_probe> probe_ = make_probe<cache_probe>();
  std::shared_ptr<result_cache> entries_ =
      std::make_shared<result_cache>(result_cache::options{1U << 20U, 1min, 0, 1min});
  reply_ptr<cache_answer> want(const cache_shard_actor& shard, content_hash key,
                               duration wait = 50ms, duration deadline = 100ms) {
    return ask_now<cache_answer>(shard, cache_lookup{key, 0s, now() + wait, now() + deadline, 0});
  }

  cache_insert kept(content_hash key, std::uint64_t model_version = 0) {
    cache_insert out;
    out.key = key;
    out.result = result_;
    out.model_version = model_version;
    out.begun = now();
    return out;
  }
  cache_insert unanswerable(content_hash key) {
    auto out = kept(key);
    out.result = nullptr;
    out.why = {errc::bad_input, "no"};
    return out;
  }

  bool store_first_ = false;
  std::shared_ptr<store_script> store_ = std::make_shared<store_script>();
  discovery_result_ptr result_ = std::make_shared<const discovery_result>();
};

TEST_F(cache_shard_test, finds_what_was_inserted_under_its_key_only) {
  const auto shard = start();
  caf::anon_send(shard, kept({1, 1}));
  EXPECT_EQ(look_up(shard, {1, 1}), result_);
  EXPECT_EQ(look_up(shard, {1, 2}), nullptr);
}

TEST_F(cache_shard_test, an_entry_is_gone_when_its_time_is_over) {
  const auto shard = start();
  caf::anon_send(shard, kept({1, 1}));
  advance(1min - 1ns);
  EXPECT_EQ(look_up(shard, {1, 1}), result_);
  advance(1ns);
  EXPECT_EQ(look_up(shard, {1, 1}), nullptr);
}

TEST_F(cache_shard_test, the_next_incarnation_serves_what_the_one_before_held) {
  const auto first = start();
  caf::anon_send(first, kept({1, 1}));
  settle();
  caf::anon_send_exit(first, caf::exit_reason::kill);
  settle();
  EXPECT_EQ(look_up(start(), {1, 1}), result_);
}

TEST_F(cache_shard_test, equal_requests_wait_for_the_first_and_have_its_answer) {
  const auto shard = start();
  const auto first = want(shard, {1, 1});
  ASSERT_TRUE(first->value);
  EXPECT_NE(first->value->ticket, 0U);
  const auto second = want(shard, {1, 1});
  const auto third = want(shard, {1, 1});
  EXPECT_TRUE(second->open());
  caf::anon_send(shard, kept({1, 1}));
  settle();
  EXPECT_EQ(second->value->result, result_);
  EXPECT_EQ(third->value->result, result_);
  EXPECT_EQ(second->value->ticket, 0U);
}

TEST_F(cache_shard_test, followers_of_a_leader_that_gives_up_take_its_turn_one_after_the_other) {
  const auto shard = start();
  const auto first = want(shard, {1, 1});
  const auto second = want(shard, {1, 1});
  const auto third = want(shard, {1, 1});
  caf::anon_send(shard, cache_abandon{{1, 1}, first->value->ticket});
  settle();
  ASSERT_TRUE(second->value);
  EXPECT_NE(second->value->ticket, 0U);
  EXPECT_FALSE(second->value->known());
  EXPECT_TRUE(third->open());
  caf::anon_send(shard, unanswerable({1, 1}));
  settle();
  EXPECT_EQ(third->value->why.code, errc::bad_input);
}

TEST_F(cache_shard_test, a_follower_of_a_leader_that_is_gone_computes_when_it_has_waited_enough) {
  const auto shard = start();
  want(shard, {1, 1}, 50ms, 1s);
  const auto second = want(shard, {1, 1}, 30ms, 1s);
  advance(29ms);
  EXPECT_TRUE(second->open());
  advance(2ms);
  ASSERT_TRUE(second->value);
  EXPECT_EQ(second->times, 1);
  EXPECT_FALSE(second->value->known());
  EXPECT_EQ(second->value->ticket, 0U);
}

TEST_F(cache_shard_test, at_the_leaders_deadline_the_next_takes_its_turn) {
  const auto shard = start();
  want(shard, {1, 1}, 10ms, 20ms);
  const auto second = want(shard, {1, 1}, 500ms, 1s);
  advance(22ms);
  ASSERT_TRUE(second->value);
  EXPECT_NE(second->value->ticket, 0U);
}

TEST_F(cache_shard_test, a_shard_that_dies_leaves_no_follower_without_an_answer) {
  const auto shard = start();
  want(shard, {1, 1});
  const auto second = want(shard, {1, 1});
  caf::anon_send_exit(shard, caf::exit_reason::kill);
  settle();
  EXPECT_EQ(second->code(), errc::unavailable);
  EXPECT_EQ(second->times, 1);
}

TEST_F(cache_shard_test, of_those_who_are_served_something_stale_one_computes_it_anew) {
  const auto shard = start();
  caf::anon_send(shard, kept({1, 1}));
  advance(61s);
  const cache_lookup asked{{1, 1}, 30s, now() + 50ms, now() + 100ms, 0};
  const auto first = ask_now<cache_answer>(shard, asked);
  const auto second = ask_now<cache_answer>(shard, asked);
  EXPECT_TRUE(first->value->stale);
  EXPECT_EQ(first->value->age, 61s);
  EXPECT_NE(first->value->ticket, 0U);
  EXPECT_EQ(second->value->result, result_);
  EXPECT_EQ(second->value->ticket, 0U);
}

TEST_F(cache_shard_test, who_only_asks_whether_something_is_there_takes_no_turn) {
  const auto shard = start();
  const auto got = ask_now<cache_answer>(shard, cache_lookup{{1, 1}, 1h});
  EXPECT_FALSE(got->value->known());
  EXPECT_EQ(got->value->ticket, 0U);
  EXPECT_NE(want(shard, {1, 1})->value->ticket, 0U);
}

TEST_F(cache_shard_test, an_invalidation_forgets_what_the_model_version_computed) {
  const auto shard = start();
  caf::anon_send(shard, kept({1, 1}, 7));
  caf::anon_send(shard, kept({2, 2}, 8));
  settle();
  caf::anon_send(shard, cache_invalidate{7});
  EXPECT_EQ(look_up(shard, {1, 1}), nullptr);
  EXPECT_EQ(look_up(shard, {2, 2}), result_);
}

TEST_F(cache_shard_test, what_the_store_holds_is_a_hit_for_all_who_wait_and_stays_in_memory) {
  const auto shard = start_with_store();
  store_->holds = stored_under({1, 1});
  store_->left = 45s;
  const auto got = want(shard, {1, 1});
  ASSERT_TRUE(got->value);
  EXPECT_TRUE(got->value->result);
  EXPECT_EQ(got->value->age, 15s);
  want(shard, {1, 1});
  EXPECT_EQ(store_->asked.size(), 1U);
}

TEST_F(cache_shard_test, equal_requests_ask_the_store_once) {
  store_->hangs = true;
  const auto shard = start_with_store();
  want(shard, {1, 1});
  const auto second = want(shard, {1, 1});
  EXPECT_EQ(store_->asked.size(), 1U);
  EXPECT_TRUE(second->open());
}

TEST_F(cache_shard_test, a_store_that_hangs_lets_the_leader_compute_after_its_patience) {
  store_->hangs = true;
  const auto shard = start_with_store();
  const auto first = want(shard, {1, 1}, 50ms, 100ms);
  advance(9ms);
  EXPECT_TRUE(first->open());
  advance(2ms);
  ASSERT_TRUE(first->value);
  EXPECT_NE(first->value->ticket, 0U);
}

TEST_F(cache_shard_test, what_is_no_value_of_the_key_is_a_miss) {
  const auto shard = start_with_store();
  for (const auto& bytes : {stored_under({9, 9}), std::make_shared<const std::string>("garbage"),
                            std::make_shared<const std::string>(stored_under({1, 1})->substr(9))}) {
    store_->holds = bytes;
    const auto got = want(shard, {1, 1});
    ASSERT_TRUE(got->value);
    EXPECT_FALSE(got->value->known());
    caf::anon_send(shard, cache_abandon{{1, 1}, got->value->ticket});
  }
}

TEST_F(cache_shard_test, what_was_computed_goes_to_the_store_as_it_can_be_read_again) {
  const auto shard = start_with_store();
  caf::anon_send(shard, kept({1, 1}, 7));
  caf::anon_send(shard, unanswerable({2, 2}));
  settle();
  ASSERT_EQ(store_->put.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<stored_result>(decode(*store_->put[0].bytes, {1, 1}, 7)));
  EXPECT_EQ(store_->put[0].hold, 1min);
}

TEST_F(cache_shard_test, what_the_store_still_holds_of_an_invalidated_model_is_a_miss) {
  const auto shard = start_with_store();
  advance(30s);
  store_->holds = stored_under({1, 1});
  store_->left = 50s;
  caf::anon_send(shard, cache_invalidate{});
  settle();
  EXPECT_FALSE(want(shard, {1, 1})->value->known());
}

TEST_F(cache_shard_test, what_another_node_holds_for_longer_than_we_may_repeat_it_is_a_miss) {
  const auto shard = start_with_store();
  store_->holds = stored_under({1, 1});
  store_->left = 0s;  // it is 60 s old, as old as nothing may get here
  EXPECT_FALSE(want(shard, {1, 1})->value->known());
}

TEST_F(cache_shard_test, with_the_store_first_memory_answers_only_while_the_store_does_not) {
  store_first_ = true;
  const auto shard = start_with_store();
  caf::anon_send(shard, kept({1, 1}, 0));
  const auto got = want(shard, {1, 1});
  EXPECT_FALSE(got->value->known()) << "the store has forgotten it";
  caf::anon_send(shard, cache_abandon{{1, 1}, got->value->ticket});
  store_->fails = true;
  EXPECT_EQ(want(shard, {1, 1})->value->result, result_);
}

TEST_F(cache_shard_test, who_leads_hears_of_the_last_result_if_it_asked_for_one_so_old) {
  const auto shard = start();
  caf::anon_send(shard, kept({1, 1}));
  advance(90s);  // 30 s after its time to live
  const auto ask_for = [&](duration up_to) {
    return *ask_now<cache_answer>(shard,
                                  cache_lookup{{1, 1}, 0s, now() + 50ms, now() + 100ms, 0, up_to})
                ->value;
  };
  const auto got = ask_for(31s);
  EXPECT_FALSE(got.known());
  EXPECT_EQ(got.last, result_);
  EXPECT_EQ(got.last_age, 90s);
  EXPECT_NE(got.ticket, 0U);
  caf::anon_send(shard, cache_abandon{{1, 1}, got.ticket});
  settle();
  EXPECT_EQ(ask_for(30s).last, nullptr);
}

}  // namespace
}  // namespace troupe::test
