#include "chaos/world/dice.hpp"

#include <gtest/gtest.h>

#include <array>

namespace troupe::chaos {
namespace {

using namespace std::chrono_literals;

TEST(dice, the_same_seed_and_purpose_give_the_same_numbers) {
  dice one(7, "load");
  dice same(7, "load");
  dice other_purpose(7, "faults");
  dice other_seed(8, "load");
  const auto first = one.next();
  EXPECT_EQ(first, same.next());
  EXPECT_NE(first, other_purpose.next());
  EXPECT_NE(first, other_seed.next());
}

TEST(dice, every_face_comes_up_about_as_often) {
  dice luck(1, "test");
  std::array<int, 6> seen{};
  for (int i = 0; i < 60'000; ++i) ++seen.at(luck.below(6));
  for (const auto count : seen) EXPECT_NEAR(count, 10'000, 400);
}

TEST(dice, edges_hold) {
  dice luck(1, "test");
  EXPECT_EQ(luck.below(0), 0u);
  EXPECT_EQ(luck.below(1), 0u);
  EXPECT_FALSE(luck.chance(0));
  EXPECT_TRUE(luck.chance(1));
  EXPECT_EQ(luck.between(5ns, 5ns), 5ns);
  EXPECT_EQ(luck.between(5ns, 3ns), 5ns);
  for (int i = 0; i < 1000; ++i) {
    const auto drawn = luck.between(1ns, 3ns);
    EXPECT_GE(drawn, 1ns);
    EXPECT_LE(drawn, 3ns);
    EXPECT_GE(luck.exponential(1ms), 0ns);
  }
}

TEST(dice, exponential_distances_have_their_mean) {
  dice luck(1, "test");
  duration sum{0};
  for (int i = 0; i < 100'000; ++i) sum += luck.exponential(1ms);
  EXPECT_NEAR(static_cast<double>(sum.count()) / 100'000, 1e6, 2e4);
}

}  // namespace
}  // namespace troupe::chaos
