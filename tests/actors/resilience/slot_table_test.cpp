#include "actors/resilience/slot_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/actors/resilience/dice.hpp"

namespace troupe {
namespace {

using table = slot_table<int>;

TEST(slot_table, finds_what_was_put_in_until_it_is_taken_out) {
  table held(2);
  const auto first = held.insert(7);
  ASSERT_TRUE(first);
  ASSERT_NE(held.find(first), nullptr);
  EXPECT_EQ(*held.find(first), 7);
  EXPECT_TRUE(held.erase(first));
  EXPECT_EQ(held.find(first), nullptr);
  EXPECT_FALSE(held.erase(first));
}

TEST(slot_table, takes_exactly_its_capacity) {
  table held(2);
  EXPECT_TRUE(held.insert(1));
  EXPECT_TRUE(held.insert(2));
  EXPECT_TRUE(held.full());
  EXPECT_FALSE(held.insert(3));
  EXPECT_EQ(held.size(), 2U);
}

TEST(slot_table, an_old_key_does_not_find_who_took_the_place) {
  table held(1);
  const auto old = held.insert(1);
  held.erase(old);
  const auto young = held.insert(2);
  EXPECT_NE(old, young);
  EXPECT_EQ(held.find(old), nullptr);
  EXPECT_FALSE(held.erase(old));
  EXPECT_EQ(*held.find(young), 2);
}

TEST(slot_table, no_key_and_made_up_keys_find_nothing) {
  table held(1);
  EXPECT_EQ(held.find({}), nullptr);
  EXPECT_EQ(held.find({1}), nullptr);
  held.insert(1);
  EXPECT_EQ(held.find({2}), nullptr);
  EXPECT_EQ(held.find({std::uint64_t{1} << 32U}), nullptr);
  EXPECT_EQ(held.find({~std::uint64_t{0}}), nullptr);
}

TEST(slot_table, cleared_it_is_empty_and_old_keys_are_gone) {
  table held(2);
  const auto one = held.insert(1);
  held.insert(2);
  held.clear();
  EXPECT_EQ(held.size(), 0U);
  EXPECT_EQ(held.find(one), nullptr);
  EXPECT_TRUE(held.insert(3));
}

TEST(slot_table, holds_what_a_map_holds) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  test::dice roll(seed);
  table held(20);
  std::map<table::key, int> model;
  std::vector<table::key> all;
  for (int step = 0; step < 20'000; ++step) {
    if (all.empty() || roll.one_in(2)) {
      const auto key = held.insert(step);
      ASSERT_EQ(static_cast<bool>(key), model.size() < 20);
      if (!key) continue;
      ASSERT_TRUE(model.emplace(key, step).second) << "a key was used twice";
      all.push_back(key);
    } else {
      const auto key = all[roll.below(all.size())];
      ASSERT_EQ(held.erase(key), model.erase(key) == 1);
    }
    std::map<table::key, int> seen;
    held.for_each([&seen](auto key, int value) { seen.emplace(key, value); });
    ASSERT_EQ(seen, model);
    ASSERT_EQ(held.size(), model.size());
  }
}

}  // namespace
}  // namespace troupe
