#include "runtime/node/near_cache.hpp"

#include <gtest/gtest.h>

namespace troupe {
namespace {

using namespace std::chrono_literals;

class near_cache_test : public ::testing::Test {
 protected:
  near_cache_test() {
    job.request.id = {1};
    job.request.input = std::make_shared<traffic_group>();
    job.input = {3, 4};
    job.accepted = now;
    job.deadline = now + 1s;
  }

  void keep(const discovery_result& answer) {
    held.keep(job, std::make_shared<const discovery_result>(answer), now);
  }

  [[nodiscard]] discovery_result answer() const {
    discovery_result out;
    out.id = job.request.id;
    out.input = job.input;
    return out;
  }

  std::shared_ptr<std::atomic<std::uint64_t>> told =
      std::make_shared<std::atomic<std::uint64_t>>(0);
  near_cache held{result_cache::options{}, 1, told};
  coordinator_job job;
  time_point now = time_point{} + 1h;
};

TEST_F(near_cache_test, repeats_a_whole_answer_and_says_how_old_it_is) {
  keep(answer());
  const auto got = held.find(job, now + 100ms);
  ASSERT_TRUE(got);
  EXPECT_TRUE((*got)->from_cache);
  EXPECT_EQ((*got)->age, 100ms);
}

TEST_F(near_cache_test, keeps_neither_parts_nor_fallbacks_nor_what_came_from_a_cache) {
  auto part = answer();
  part.partial = true;
  keep(part);
  for (const auto way : {fallback::fast, fallback::cached, fallback::partial}) {
    auto other = answer();
    other.used = way;
    keep(other);
  }
  auto cached = answer();
  cached.from_cache = true;
  keep(cached);
  EXPECT_FALSE(held.find(job, now));
}

TEST_F(near_cache_test, forgets_when_it_is_told_and_is_not_asked_by_who_wants_none) {
  keep(answer());
  auto fresh = job;
  fresh.request.use_cache = false;
  EXPECT_FALSE(held.find(fresh, now));
  ++*told;
  EXPECT_FALSE(held.find(job, now));
}

}  // namespace
}  // namespace troupe
