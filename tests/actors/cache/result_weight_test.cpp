#include "actors/cache/result_cache.hpp"

#include <gtest/gtest.h>

namespace troupe {
namespace {

TEST(weight_of, grows_with_what_a_result_holds) {
  discovery_result small;
  auto grammar = std::make_shared<format>();
  grammar->types.resize(3);
  discovery_result large = small;
  large.found.grammar = grammar;
  EXPECT_GT(weight_of(large), weight_of(small) + 3 * sizeof(message_type));
}

TEST(weight_of, a_tree_weighs_its_tags) {
  const auto with = [](std::size_t tags) {
    auto grammar = std::make_shared<format>();
    ber_tree tree;
    tree.tags.resize(tags);
    grammar->types.resize(1);
    grammar->types[0].elements = {{tree}};
    discovery_result result;
    result.found.grammar = grammar;
    return weight_of(result);
  };
  EXPECT_GE(with(100), with(0) + 100 * sizeof(known_value));
}

}  // namespace
}  // namespace troupe
