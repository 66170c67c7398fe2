#include "actors/cache/cache_warmer_actor.hpp"

#include "actors/cache/cache_shard_actor.hpp"
#include "actors/shell/shell.hpp"
#include "tests/support/probes.hpp"
#include "tests/support/virtual_time.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;

class cache_warmer_test : public virtual_time {
 protected:
  cache_shard_actor shard(std::size_t number) {
    auto& entries = entries_.emplace_back(
        std::make_shared<result_cache>(result_cache::options{1U << 20U, 1min, 0, 1min}));
    cache_shard_state::dependencies with{entries, make_probe<cache_probe>(), {}};
    auto one = owned(system().spawn<shell<cache_shard_state>>(with));
    routes_.push_back({static_cast<std::uint32_t>(number), one});
    return one;
  }

  cache_warmer_actor start(std::size_t shards = 1) {
    cache_warmer_state::dependencies with;
    with.source = [this](std::function<void(warm_batch)> tell) {
      ++asked_;
      if (batches_.empty()) {
        held_ = std::move(tell);
        return;
      }
      auto next = std::move(batches_.front());
      batches_.erase(batches_.begin());
      tell(std::move(next));
    };
    with.begun = begun_;
    with.probe = make_probe<warm_probe>();
    with.shards = shards;
    with.over = [this](const warm_counts& counts, const failure& why) {
      ++over_;
      counts_ = counts;
      why_ = why;
    };
    const auto out = owned(
        system().spawn<shell<cache_warmer_state>>(warming::options{7, 1min, 1U << 20U, 2s}, with));
    for (const auto& one : routes_) caf::anon_send(out, one);
    settle();
    return out;
  }

  void bring(std::vector<std::uint64_t> keys, bool last, failure problem = {}) {
    warm_batch out;
    for (const auto key : keys) {
      out.entries.push_back({{key, 0}, std::make_shared<const discovery_result>(), 7, 1s, 100});
    }
    out.last = last;
    out.problem = std::move(problem);
    batches_.push_back(std::move(out));
  }

  std::vector<std::shared_ptr<result_cache>> entries_;
  std::vector<cache_route> routes_;
  std::vector<warm_batch> batches_;
  std::function<void(warm_batch)> held_;
  std::shared_ptr<bool> begun_ = std::make_shared<bool>(false);
  int asked_ = 0;
  int over_ = 0;
  warm_counts counts_;
  failure why_;
};

TEST_F(cache_warmer_test, batch_after_batch_goes_to_the_shards_until_the_last) {
  shard(0);
  shard(1);
  bring({1, 2, 3}, false);
  bring({4}, true);
  start(2);
  EXPECT_EQ(asked_, 2);
  EXPECT_EQ(over_, 1);
  EXPECT_EQ(counts_.of(warm_outcome::kept), 4U);
  EXPECT_TRUE(entries_[0]->find({2, 0}, now()));
  EXPECT_TRUE(entries_[1]->find({3, 0}, now()));
  EXPECT_FALSE(why_);
}

TEST_F(cache_warmer_test, nothing_is_read_before_all_shards_are_there) {
  shard(0);
  bring({1}, true);
  start(2);
  EXPECT_EQ(asked_, 0);
}

TEST_F(cache_warmer_test, a_source_that_never_answers_is_left_when_the_time_is_over) {
  shard(0);
  start();
  advance(2s - 1ns);
  EXPECT_EQ(over_, 0);
  advance(1ns);
  EXPECT_EQ(over_, 1);
  EXPECT_NE(why_.what.find("cache.warm_time"), std::string::npos);
  held_({});  // too late
  settle();
  EXPECT_EQ(over_, 1);
}

TEST_F(cache_warmer_test, a_problem_of_the_source_is_told) {
  shard(0);
  bring({1}, true, {errc::unavailable, "not there"});
  start();
  EXPECT_EQ(why_.what, "not there");
  EXPECT_EQ(counts_.of(warm_outcome::kept), 1U);
}

TEST_F(cache_warmer_test, a_shard_that_is_down_stays_cold) {
  const auto gone = shard(0);
  caf::anon_send_exit(gone, caf::exit_reason::kill);
  settle();
  bring({1}, true);
  start();
  EXPECT_EQ(over_, 1);
  EXPECT_EQ(counts_.of(warm_outcome::kept), 0U);
}

TEST_F(cache_warmer_test, one_that_is_started_again_does_not_begin_again) {
  shard(0);
  bring({1}, true);
  const auto first = start();
  caf::anon_send_exit(first, caf::exit_reason::kill);
  settle();
  bring({2}, true);
  start();
  EXPECT_EQ(asked_, 1);
}

}  // namespace
}  // namespace troupe::test
