// What is new where new is expected.

#include <gtest/gtest.h>

#include "tests/actors/pipeline/validator/judging.hpp"

namespace troupe {
namespace {

using namespace build;    // NOLINT(google-build-using-namespace): the words of these tests
using namespace judging;  // NOLINT(google-build-using-namespace): as above
using enum validation_level;

/// One type of one byte each, `seen` messages of it, all of that size.
message_type type_of_one_byte(std::uint64_t seen) {
  message_type one;
  one.name = "type_" + std::to_string(seen);
  one.elements = {{leaf("all", fixed(1))}};
  one.seen = seen;
  one.shortest = one.longest = 1;
  one.ends.seen = seen;
  one.ends.sizes = {{1, seen}};
  return one;
}

/// Types "a" and "b", told apart by the first byte.
format two_types(message_type first, message_type second) {
  format what;
  what.types = {std::move(first), std::move(second)};
  what.pick = {{{keyword::source::bytes, 0, 1}}, {{{"a"}, 0}, {{"b"}, 1}}, 0};
  return what;
}

TEST(validator, a_layout_of_few_messages_is_not_settled) {
  // Of 100 messages 3 may be refused; one in 91 of the first type, one in 11 of the second.
  auto what = two_types(type_of_one_byte(90), type_of_one_byte(10));
  EXPECT_EQ(verdict_on(what, {"6161"}, basic), "0 1 basic : 1 bytes follow the last element");
  EXPECT_EQ(verdict_on(what, {"6262"}, basic), "0 1 basic : 1 bytes follow the last element");
  what.types[1].ends.sizes = {{1, 4}, {2, 1}, {3, 1}, {4, 1}, {5, 1}, {6, 1}, {7, 1}};
  const auto found = validate(what, group_of({"6262", "62"}), strict, {});
  EXPECT_EQ(found.valid, 2U);
  EXPECT_EQ(found.unfamiliar, 1U);
}

TEST(validator, a_new_size_of_a_tree_is_no_new_layout) {
  auto what = two_types(type_of_one_byte(90), type_of_one_byte(10));
  auto& type = what.types[1];
  type.ends.sizes = {{1, 4}, {2, 1}, {3, 1}, {4, 1}, {5, 1}, {6, 1}, {7, 1}};
  type.elements = {{leaf("all", fixed(1))}, {ber_tree{"tree", 0, {}}}};
  EXPECT_EQ(verdict_on(what, {"62 02 01 05", "62 02 02 05"}, basic),
            "1 3 basic tree[0].value: its length says 2 bytes, 1 are left");
  type.elements = {{leaf("all", fixed(1))}, {leaf("three", fixed(3))}};
  EXPECT_EQ(verdict_on(what, {"62 02 01"}, basic), "valid");
}

/// Told apart by the first word: codes that keep coming, each of three digits.
format codes(std::uint64_t seen) {
  format what;
  what.is_text = true;
  what.pick.keywords = {{keyword::source::word, 0, 1}};
  for (const std::string code : {"220", "331", "530", "GO"}) {
    auto type = type_of_one_byte(code == "220" ? seen : 1);
    type.elements = {{leaf("all", rest())}};
    type.name.append(code);
    what.pick.types[{code}] = static_cast<std::uint32_t>(what.types.size());
    what.types.push_back(std::move(type));
  }
  return what;
}

TEST(validator, a_word_of_a_shape_that_none_has_is_a_violation_where_words_keep_coming) {
  // One shape in one message, and one added: 2 of 201 messages.
  const auto what = codes(197);
  EXPECT_EQ(verdict_on(what, {"353435 20 61"}, strict), "valid");
  EXPECT_EQ(verdict_on(what, {"35343533 20 61"}, strict), "valid") << "a number of four digits";
  EXPECT_EQ(verdict_on(what, {"5155 20 61"}, strict), "valid") << "QU has the shape of GO";
  EXPECT_EQ(verdict_on(what, {"353441 20 61"}, standard), "valid");
  EXPECT_EQ(
      verdict_on(what, {"353441 20 61"}, strict),
      "0 0 strict : a keyword of the message type is 35 34 41 instead of one of 2 known shapes");
  EXPECT_EQ(verdict_on(codes(196), {"353441 20 61"}, strict), "valid");
}

/// Told apart by two bytes. Pairs keep coming, 2 of 100 messages have one of their own; the values
/// of each byte do not.
format pairs() {
  format what;
  what.pick.keywords = {{keyword::source::bytes, 0, 1}, {keyword::source::bytes, 1, 1}};
  for (const std::string pair : {"aa", "bb", "ab", "ba"}) {
    auto type = type_of_one_byte(pair[0] == pair[1] ? 49 : 1);
    type.elements = {{leaf("all", rest())}};
    type.name.append(pair);
    what.pick.types[{pair.substr(0, 1), pair.substr(1)}] =
        static_cast<std::uint32_t>(what.types.size());
    what.types.push_back(std::move(type));
  }
  return what;
}

TEST(validator, a_value_that_a_keyword_never_had_is_a_violation_where_they_are_closed) {
  auto what = pairs();
  EXPECT_EQ(verdict_on(what, {"6163"}, standard),
            "0 0 standard : a keyword of the message type is 63 instead of one of 2 known values");
  what.types[0].seen = 48;
  EXPECT_EQ(verdict_on(what, {"6163"}, standard), "valid");
}

TEST(validator, a_keyword_with_several_values_for_one_type_may_have_others) {
  auto what = pairs();
  what.pick.types[{"a", "d"}] = 0;
  EXPECT_EQ(verdict_on(what, {"6163"}, standard), "valid");
  EXPECT_EQ(verdict_on(what, {"6361"}, standard),
            "0 0 standard : a keyword of the message type is 63 instead of one of 2 known values");
}

TEST(validator, a_type_never_seen_has_what_all_types_have) {
  // Bytes: kind, 7, length of the rest, the rest.
  std::vector<message_type> types;
  for (const auto seen : {40U, 39U, 1U}) {
    message_type one;
    one.name = "type_" + std::to_string(seen);
    auto magic = leaf("magic", fixed(1), field_kind::constant);
    magic.values = {{"\x07", seen}};
    auto length = leaf("length", fixed(1), field_kind::length);
    length.measures = {length_relation::covers::rest, 0, 1, 0};
    one.elements = {{leaf("kind", fixed(1))}, {magic}, {length}, {leaf("data", fixed(seen))}};
    one.seen = seen;
    types.push_back(one);
  }
  format what;
  what.types = std::move(types);
  what.pick = {{{keyword::source::bytes, 0, 1}}, {{{"a"}, 0}, {{"b"}, 1}, {{"c"}, 2}}, 0};
  EXPECT_EQ(verdict_on(what, {"64 07 02 01 02"}, strict), "valid");
  EXPECT_EQ(verdict_on(what, {"64 08 02 01 02"}, strict),
            "0 0 standard : byte 1 is not 07, which all messages have there");
  EXPECT_EQ(verdict_on(what, {"64 07 02 01"}, strict),
            "0 0 strict : 4 bytes, but its length field says 2");
  EXPECT_EQ(verdict_on(what, {"64 07"}, strict),
            "0 0 strict : 2 bytes, too short for the length of the message");
}

}  // namespace
}  // namespace troupe
