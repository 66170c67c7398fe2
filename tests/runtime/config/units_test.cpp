#include "runtime/config/units.hpp"

#include <gtest/gtest.h>

#include <random>

using namespace std::chrono_literals;

namespace troupe {

TEST(units, a_duration_is_a_number_and_a_unit) {
  EXPECT_EQ(parse_duration("100ms"), 100ms);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("7ns"), 7ns);
  EXPECT_EQ(parse_duration("200us"), 200us);
  EXPECT_EQ(parse_duration("2m"), 2min);
  EXPECT_EQ(parse_duration("24h"), 24h);
  EXPECT_EQ(parse_duration("0s"), 0ns);
}

TEST(units, a_duration_without_a_unit_or_with_a_strange_one_is_none) {
  for (const auto* text : {"", "100", "ms", "-1s", "+1s", "1 s", " 1s", "1s ", "1S", "1sec", "1e3s",
                           "nans", "infs", "0x1s", "1..5s", "99999999999h"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(units, a_size_is_a_number_and_a_binary_unit) {
  EXPECT_EQ(parse_size("64MiB"), 64ULL << 20U);
  EXPECT_EQ(parse_size("0.5KiB"), 512U);
  EXPECT_EQ(parse_size("2GiB"), 2ULL << 30U);
  EXPECT_EQ(parse_size("17B"), 17U);
  for (const auto* text : {"64", "64MB", "64mib", "-1B", "1e40GiB", "9007199254740993GiB"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

TEST(units, text_uses_the_largest_unit_that_divides) {
  EXPECT_EQ(duration_text(100ms), "100ms");
  EXPECT_EQ(duration_text(60s), "1m");
  EXPECT_EQ(duration_text(61s), "61s");
  EXPECT_EQ(duration_text(0ns), "0s");
  EXPECT_EQ(size_text(65536), "64KiB");
  EXPECT_EQ(size_text(0), "0B");
}

TEST(units, every_value_reads_back_from_its_text) {
  constexpr std::uint64_t seed = 20240607;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 draw(seed);
  for (int i = 0; i < 10'000; ++i) {
    const auto value = draw() >> (12 + draw() % 52);
    EXPECT_EQ(parse_size(size_text(value)), value);
    const std::chrono::nanoseconds time(static_cast<std::int64_t>(value));
    EXPECT_EQ(parse_duration(duration_text(time)), time);
  }
}

}  // namespace troupe
