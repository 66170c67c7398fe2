#include "runtime/wire/text.hpp"

#include <gtest/gtest.h>

namespace troupe::wire {
namespace {

TEST(clean_text, plain_text_and_other_scripts_stay_as_they_are) {
  EXPECT_EQ(clean_text("GET /index.html"), "GET /index.html");
  EXPECT_EQ(clean_text("Grüße, 世界 🎭"), "Grüße, 世界 🎭");
}

TEST(clean_text, control_characters_and_broken_sequences_become_escapes) {
  EXPECT_EQ(clean_text("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(clean_text("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(clean_text("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(clean_text("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // surrogate
  EXPECT_EQ(clean_text("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // beyond Unicode
  EXPECT_EQ(clean_text("\xc2\x9b"), "\\xc2\\x9b");  // a terminal's control sequence
}

TEST(from_hex, digits_of_both_cases_and_spaces_between_bytes_are_read) {
  std::size_t wrong_at = 0;
  EXPECT_EQ(from_hex("00 fF\n7a", wrong_at), std::string("\0\xffz", 3));
  EXPECT_EQ(from_hex("", wrong_at), "");
}

TEST(from_hex, the_place_of_the_first_wrong_character_is_told) {
  std::size_t wrong_at = 0;
  EXPECT_FALSE(from_hex("00zz", wrong_at));
  EXPECT_EQ(wrong_at, 2U);
  EXPECT_FALSE(from_hex("000", wrong_at));
  EXPECT_EQ(wrong_at, 3U);
}

TEST(to_hex, is_undone_by_from_hex) {
  std::string all;
  for (int value = 0; value < 256; ++value) all += static_cast<char>(value);
  std::size_t wrong_at = 0;
  EXPECT_EQ(from_hex(to_hex(all), wrong_at), all);
}

}  // namespace
}  // namespace troupe::wire
