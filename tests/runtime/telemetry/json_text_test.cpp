#include "runtime/telemetry/json_text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

namespace troupe {
namespace {

std::string json(std::string_view text) {
  std::string out;
  append_json(out, text);
  return out;
}

}  // namespace

TEST(json_text, quotes_backslashes_and_controls_are_escaped) {
  EXPECT_EQ(json("a\"b\\c\n\r\t"), R"("a\"b\\c\n\r\t")");
  EXPECT_EQ(json(std::string("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
}

TEST(json_text, what_is_not_utf_8_becomes_the_replacement_character) {
  const std::string bad = "\xef\xbf\xbd";
  EXPECT_EQ(json("gr\xc3\xbc\xc3\x9f"), "\"gr\xc3\xbc\xc3\x9f\"");
  EXPECT_EQ(json("\xff"), "\"" + bad + "\"");
  EXPECT_EQ(json("\xc3"), "\"" + bad + "\"") << "cut";
  EXPECT_EQ(json("\xc0\x80"), "\"" + bad + bad + "\"") << "overlong";
  EXPECT_EQ(json("\xed\xa0\x80"), "\"" + bad + bad + bad + "\"") << "surrogate";
  EXPECT_EQ(json("\xf0\x9f\x8e\xad"), "\"\xf0\x9f\x8e\xad\"");
}

TEST(json_text, any_bytes_make_a_string_that_a_strict_reader_takes) {
  constexpr std::uint64_t seed = 4711;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 draw(seed);
  for (int i = 0; i < 5000; ++i) {
    std::string text(draw() % 24, '\0');
    for (auto& c : text) c = static_cast<char>(draw());
    EXPECT_TRUE(nlohmann::json::accept(json(text))) << json(text);
  }
}

}  // namespace troupe
