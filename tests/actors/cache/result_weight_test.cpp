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

}  // namespace
}  // namespace troupe
