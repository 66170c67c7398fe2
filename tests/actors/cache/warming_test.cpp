#include "actors/cache/warming.hpp"

#include <gtest/gtest.h>

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{1h};

cached_entry entry(std::uint64_t high, duration age = 0s, std::uint64_t model = 7) {
  return {{high, 0}, std::make_shared<const discovery_result>(), model, age, 100};
}

warm_batch batch(std::vector<cached_entry> entries, bool last = false, std::uint64_t bytes = 0) {
  warm_batch out;
  out.entries = std::move(entries);
  out.last = last;
  out.bytes = bytes;
  return out;
}

warming begun() {
  warming out({7, 1min, 1000, 2s});
  out.begin(start);
  return out;
}

TEST(warming, every_entry_goes_to_the_shard_of_its_key) {
  auto one = begun();
  const auto sorted = one.sort(batch({entry(0), entry(1), entry(5), entry(2)}), 3);
  ASSERT_EQ(sorted.size(), 3U);
  EXPECT_EQ(sorted[0].size(), 1U);
  EXPECT_EQ(sorted[1].size(), 1U);
  ASSERT_EQ(sorted[2].size(), 2U);
  EXPECT_EQ(sorted[2][0].key.high, 5U);
}

TEST(warming, what_another_model_computed_is_refused_and_counted) {
  auto one = begun();
  const auto sorted = one.sort(batch({entry(0, 0s, 8), entry(0)}), 1);
  EXPECT_EQ(sorted[0].size(), 1U);
  EXPECT_EQ(one.counts().of(warm_outcome::another_model), 1U);
}

TEST(warming, an_entry_is_taken_until_its_time_to_live_is_over) {
  auto one = begun();
  EXPECT_EQ(one.sort(batch({entry(0, 1min - 1ns), entry(0, 1min)}), 1)[0].size(), 1U);
  EXPECT_EQ(one.counts().of(warm_outcome::expired), 1U);
}

TEST(warming, is_over_with_the_last_batch_with_enough_bytes_or_in_time) {
  auto read = begun();
  static_cast<void>(read.sort(batch({}, true), 1));
  EXPECT_TRUE(read.over(start));
  auto full = begun();
  static_cast<void>(full.sort(batch({}, false, 999), 1));
  EXPECT_FALSE(full.over(start));
  static_cast<void>(full.sort(batch({}, false, 1), 1));
  EXPECT_TRUE(full.over(start));
  const auto slow = begun();
  EXPECT_FALSE(slow.over(start + 2s - 1ns));
  EXPECT_TRUE(slow.over(start + 2s));
}

TEST(warming, counts_what_shards_and_readers_say_and_keeps_the_first_problem) {
  auto one = begun();
  auto first = batch({});
  first.refused.add(warm_outcome::damaged, 2);
  first.problem = {errc::bad_input, "first"};
  auto second = batch({});
  second.problem = {errc::bad_input, "second"};
  static_cast<void>(one.sort(first, 1));
  static_cast<void>(one.sort(second, 1));
  warm_counts kept;
  kept.add(warm_outcome::kept, 3);
  one.count(kept);
  EXPECT_EQ(one.counts().of(warm_outcome::damaged), 2U);
  EXPECT_EQ(one.counts().of(warm_outcome::kept), 3U);
  EXPECT_EQ(one.problem().what, "first");
}

}  // namespace
}  // namespace troupe
