#include <gtest/gtest.h>

#include "actors/pipeline/parser/format_check.hpp"
#include "actors/pipeline/parser/parser.hpp"
#include "tests/actors/pipeline/parser/builders.hpp"
#include "tests/actors/pipeline/parser/random_formats.hpp"

namespace troupe {
namespace {

constexpr std::uint64_t first_seed = 20'000;

void expect_partition(const parse_tree& tree, std::size_t size) {
  std::uint64_t at = 0;
  for (const auto& leaf : tree.leaves) {
    ASSERT_EQ(leaf.offset, at);
    ASSERT_GT(leaf.size, 0U);
    at += leaf.size;
  }
  ASSERT_EQ(at, size);
}

TEST(parser_properties, a_message_made_by_a_format_is_parsed_without_error) {
  std::size_t messages = 0;
  parse_tree tree;
  for (auto seed = first_seed; seed < first_seed + 500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto drawn = make_random_case(seed, 20);
    const parser machine(drawn.what);
    ASSERT_FALSE(machine.refused()) << machine.refused().what;
    for (const auto& sample : drawn.samples) {
      machine.parse_into(tree, sample.bytes, sample.dir);
      ASSERT_FALSE(tree.error) << tree.error->path << " at " << tree.error->offset << ": "
                               << tree.error->reason;
      ASSERT_TRUE(tree.type.known);
      ASSERT_NO_FATAL_FAILURE(expect_partition(tree, sample.bytes.size()));
      ++messages;
    }
  }
  EXPECT_GT(messages, 5'000U);
}

TEST(parser_properties, leaves_partition_any_message_under_any_format) {
  std::size_t executed = 0;
  std::size_t fitting = 0;
  parse_tree tree;
  for (auto seed = first_seed; seed < first_seed + 500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const auto drawn = make_random_case(seed, 5);
    for (const auto& what : {drawn.what, make_wild_format(seed), make_wild_format(seed * 7)}) {
      const parser machine(what);
      if (!machine.refused()) ++executed;
      for (const auto& sample : drawn.samples) {
        const auto bytes = mutated(sample.bytes, random);
        machine.parse_into(tree, bytes, sample.dir);
        ASSERT_NO_FATAL_FAILURE(expect_partition(tree, bytes.size()));
        if (!tree.error) ++fitting;
      }
    }
  }
  EXPECT_GT(executed, 500U);
  EXPECT_GT(fitting, 300U);
}

TEST(parser_properties, both_ways_of_parsing_agree) {
  parse_tree tree;
  for (auto seed = first_seed; seed < first_seed + 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto drawn = make_random_case(seed, 10);
    const parser machine(drawn.what);
    for (const auto& sample : drawn.samples) {
      machine.parse_into(tree, sample.bytes, sample.dir);
      const auto parsed = machine.parse(sample.bytes, sample.dir);
      ASSERT_EQ(parsed.fields.size(), tree.leaves.size());
      ASSERT_EQ(parsed.type, machine.type_of(sample.bytes, sample.dir));
      for (std::size_t i = 0; i < parsed.fields.size(); ++i)
        ASSERT_EQ(parsed.fields[i].path, tree.path_of(tree.leaves[i]));
    }
  }
}

}  // namespace
}  // namespace troupe
