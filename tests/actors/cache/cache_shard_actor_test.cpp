#include "actors/cache/cache_shard_actor.hpp"

#include "actors/shell/shell.hpp"
#include "tests/support/probes.hpp"
#include "tests/support/virtual_time.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;

class cache_shard_test : public virtual_time {
 protected:
  cache_shard_actor start() {
    return owned(system().spawn<shell<cache_shard_state>>(
        cache_shard_state::dependencies{entries_, probe_, {}}));
  }

  // Null: not held.
  discovery_result_ptr look_up(const cache_shard_actor& shard, content_hash key) {
    return *ask_now<discovery_result_ptr>(shard, cache_lookup{key})->value;
  }

  std::shared_ptr<cache_probe> probe_ = make_probe<cache_probe>();
  std::shared_ptr<result_cache> entries_ =
      std::make_shared<result_cache>(result_cache::options{1U << 20U, 1min});
  discovery_result_ptr result_ = std::make_shared<const discovery_result>();
};

TEST_F(cache_shard_test, finds_what_was_inserted_under_its_key_only) {
  const auto shard = start();
  caf::anon_send(shard, cache_insert{{1, 1}, result_});
  EXPECT_EQ(look_up(shard, {1, 1}), result_);
  EXPECT_EQ(look_up(shard, {1, 2}), nullptr);
}

TEST_F(cache_shard_test, an_entry_is_gone_when_its_time_is_over) {
  const auto shard = start();
  caf::anon_send(shard, cache_insert{{1, 1}, result_});
  advance(1min - 1ns);
  EXPECT_EQ(look_up(shard, {1, 1}), result_);
  advance(1ns);
  EXPECT_EQ(look_up(shard, {1, 1}), nullptr);
}

TEST_F(cache_shard_test, the_next_incarnation_serves_what_the_one_before_held) {
  const auto first = start();
  caf::anon_send(first, cache_insert{{1, 1}, result_});
  settle();
  caf::anon_send_exit(first, caf::exit_reason::kill);
  settle();
  EXPECT_EQ(look_up(start(), {1, 1}), result_);
}

}  // namespace
}  // namespace troupe::test
