#include <gtest/gtest.h>

#include "tests/integration/exports/tools.hpp"

namespace troupe {
namespace {

TEST(kaitai_export, hand_made_formats_compile_and_read_the_same_leaves) {
  expect_equal(hand_made_cases(), through_kaitai, "kaitai_hand_made");
}

TEST(kaitai_export, random_formats_compile_and_read_the_same_leaves) {
  constexpr std::uint64_t seed = 51'000;
  std::printf("first seed %llu\n", static_cast<unsigned long long>(seed));
  expect_equal(random_cases(seed, 8, 60), through_kaitai, "kaitai_random");
}

TEST(kaitai_export, formats_inferred_from_captures_compile_and_read_the_same_leaves) {
  expect_equal(inferred_cases(TROUPE_SOURCE_DIR "/tests/captures", 60), through_kaitai,
               "kaitai_inferred");
}

}  // namespace
}  // namespace troupe
