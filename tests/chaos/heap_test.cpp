#include "chaos/world/heap.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace troupe::chaos {
namespace {

TEST(heap, what_is_allocated_counts_until_it_is_freed) {
  const auto before = heap_in_use();
  if (before == 0) GTEST_SKIP() << "this allocator does not tell (a sanitizer's)";
  std::vector<std::vector<char>> blocks;
  for (int i = 0; i < 1000; ++i) blocks.emplace_back(1000);
  std::vector<char> large(1 << 22);
  const auto during = heap_in_use();
  EXPECT_GE(during, before + 1'000'000 + (1 << 22));
  blocks.clear();
  std::vector<char>().swap(large);
  EXPECT_LT(heap_in_use(), during - 1'000'000 - (1 << 22) + 100'000);
}

}  // namespace
}  // namespace troupe::chaos
