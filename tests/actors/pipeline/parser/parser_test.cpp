#include "actors/pipeline/parser/parser.hpp"

#include <gtest/gtest.h>

#include "tests/actors/pipeline/parser/builders.hpp"

namespace troupe {
namespace {

using namespace build;  // NOLINT(google-build-using-namespace): the words of these tests

parsed_message parse(const format& what, const std::vector<std::uint8_t>& message,
                     direction dir = direction::client_to_server) {
  return parser(what).parse(message, dir);
}

std::string reason(const parsed_message& parsed) {
  if (!parsed.error) return "none";
  return std::to_string(parsed.error->offset) + ' ' + parsed.error->path + ": " +
         parsed.error->reason;
}

TEST(parser, fixed_fields_partition_the_message) {
  const auto what = of({{leaf("a", fixed(2))}, {leaf("b", fixed(1), field_kind::flags)}});
  const auto parsed = parse(what, hex("0102 03"));
  EXPECT_EQ(shape(parsed), "a:2 b:1");
  EXPECT_EQ(parsed.fields[1].offset, 2U);
  EXPECT_EQ(parsed.fields[1].kind, field_kind::flags);
  EXPECT_EQ(reason(parsed), "none");
}

TEST(parser, one_byte_too_few_is_an_error_at_the_element_that_misses_it) {
  const auto parsed = parse(of({{leaf("a", fixed(2))}, {leaf("b", fixed(4))}}), hex("0102 030405"));
  EXPECT_EQ(shape(parsed), "a:2 unparsed:3");
  EXPECT_EQ(reason(parsed), "2 b: needs 4 bytes, 3 are left");
}

TEST(parser, one_byte_too_many_is_an_error_where_it_begins) {
  const auto parsed = parse(of({{leaf("a", fixed(2))}}), hex("0102 03"));
  EXPECT_EQ(shape(parsed), "a:2 unparsed:1");
  EXPECT_EQ(reason(parsed), "2 : 1 bytes follow the last element");
}

TEST(parser, an_empty_message_has_no_leaves) {
  EXPECT_EQ(reason(parse(of({}), {})), "none");
  EXPECT_EQ(reason(parse(of({{leaf("a", fixed(1))}}), {})), "0 a: needs 1 bytes, 0 are left");
}

TEST(parser, rest_leaves_what_is_reserved) {
  const auto what = of({{leaf("a", rest(2))}, {leaf("sum", fixed(2))}});
  EXPECT_EQ(shape(parse(what, hex("01 0203"))), "a:1 sum:2");
  EXPECT_EQ(shape(parse(what, hex("0203"))), "sum:2");
  EXPECT_EQ(reason(parse(what, hex("02"))), "0 a: needs 2 bytes, 1 are left");
}

TEST(parser, a_counted_size_is_unit_times_number_plus_bias_in_the_numbers_byte_order) {
  auto length = leaf("length", fixed(2), field_kind::length);
  length.order = byte_order::little;
  const auto what = of({{length}, {leaf("data", counted(0, 2, -4))}});
  EXPECT_EQ(shape(parse(what, hex("0300 aabb"))), "length:2 data:2");
  EXPECT_EQ(shape(parse(what, hex("0200"))), "length:2");
  EXPECT_EQ(reason(parse(what, hex("0100"))),
            "2 data: its length field says 1, which makes -2 bytes, 0 are left");
  EXPECT_EQ(reason(parse(what, hex("0400 aabb"))),
            "2 data: its length field says 4, which makes 4 bytes, 2 are left");
}

TEST(parser, an_absurd_number_is_an_error) {
  const auto what = of({{leaf("n", fixed(8))}, {leaf("data", counted(0, 4294967295U))}});
  EXPECT_EQ(reason(parse(what, hex("ffffffffffffffff aa"))),
            "8 data: its length field says 18446744073709551615, which makes too many bytes, 1 are "
            "left");
}

TEST(parser, until_takes_the_delimiter_along_or_goes_to_the_end_of_the_scope) {
  const auto what = of({{leaf("a", until("\r\n"))}, {leaf("b", rest())}});
  EXPECT_EQ(shape(parse(what, bytes("ab\r\ncd"))), "a:4 b:2");
  EXPECT_EQ(shape(parse(what, bytes("ab\rcd"))), "a:5");
  EXPECT_EQ(shape(parse(what, bytes("\r\n"))), "a:2");
}

TEST(parser, align_counts_from_the_start_of_its_body) {
  body item{{leaf("size", fixed(1))}, {leaf("data", counted(0))}, {leaf("pad", align(4))}};
  const auto what = of({{leaf("kind", fixed(1))}, {repeated("items", item)}});
  EXPECT_EQ(shape(parse(what, hex("09 02aabb00 03aabbcc"))),
            "kind:1 items[0].size:1 items[0].data:2 items[0].pad:1 items[1].size:1 "
            "items[1].data:3");
  EXPECT_EQ(reason(parse(what, hex("09 02aabb"))), "4 items[0].pad: needs 1 bytes, 0 are left");
}

TEST(parser, a_list_ends_with_its_scope_its_count_or_its_mark) {
  const body item{{leaf("v", fixed(2))}};
  const auto open = of({{leaf("n", fixed(1))}, {repeated("l", item)}});
  EXPECT_EQ(shape(parse(open, hex("05 0102 0304"))), "n:1 l[0].v:2 l[1].v:2");

  auto by_count = repeated("l", item);
  by_count.count_field = 0;
  const auto fixed_count = of({{leaf("n", fixed(1))}, {by_count}, {leaf("tail", rest())}});
  EXPECT_EQ(shape(parse(fixed_count, hex("01 0102 0304"))), "n:1 l[0].v:2 tail:2");
  EXPECT_EQ(shape(parse(fixed_count, hex("00 0102"))), "n:1 tail:2");
  EXPECT_EQ(reason(parse(fixed_count, hex("02 0102 03"))), "3 l[1].v: needs 2 bytes, 1 are left");

  auto by_mark = repeated("l", item);
  by_mark.end_mark = 0xff;
  const auto marked = of({{leaf("n", fixed(1))}, {by_mark}, {leaf("tail", rest())}});
  EXPECT_EQ(shape(parse(marked, hex("00 01ff ff 09"))), "n:1 l[0].v:2 l.end_mark:1 tail:1");
  EXPECT_EQ(shape(parse(marked, hex("00 0102"))), "n:1 l[0].v:2");
}

TEST(parser, a_sized_list_must_use_up_its_scope) {
  auto sized = repeated("l", {{leaf("v", fixed(2))}}, counted(0));
  const auto what = of({{leaf("n", fixed(1))}, {sized}, {leaf("tail", rest())}});
  EXPECT_EQ(shape(parse(what, hex("02 0102 09"))), "n:1 l[0].v:2 tail:1");
  EXPECT_EQ(reason(parse(what, hex("03 010203 09"))), "3 l[1].v: needs 2 bytes, 1 are left");

  sized.end_mark = 0;
  const auto marked = of({{leaf("n", fixed(1))}, {sized}, {leaf("tail", rest())}});
  EXPECT_EQ(reason(parse(marked, hex("03 000000 09"))), "2 l: 2 bytes are left at its end");
}

TEST(parser, an_item_without_bytes_is_an_error_and_not_a_hang) {
  auto by_count = repeated("l", {{leaf("v", fixed(0))}});
  by_count.count_field = 0;
  const auto what = of({{leaf("n", fixed(8))}, {by_count}});
  EXPECT_EQ(reason(parse(what, hex("ffffffffffffffff"))),
            "8 l[0]: an item of the list has no bytes");
}

TEST(parser, a_choice_takes_the_case_of_an_earlier_field_or_the_otherwise) {
  const auto pick =
      one_of("body", 0, {{text_of("01"), {{leaf("x", fixed(1))}}}}, {{leaf("y", fixed(2))}});
  const auto what = of({{leaf("kind", fixed(1))}, {pick}, {leaf("tail", fixed(1))}});
  EXPECT_EQ(shape(parse(what, hex("01 aa ff"))), "kind:1 body.x:1 tail:1");
  EXPECT_EQ(shape(parse(what, hex("02 aabb ff"))), "kind:1 body.y:2 tail:1");
}

TEST(parser, a_sized_choice_must_use_up_its_scope) {
  const auto pick = one_of("body", 0, {{text_of("01"), {{leaf("x", fixed(1))}}}}, {}, fixed(2));
  const auto what = of({{leaf("kind", fixed(1))}, {pick}});
  EXPECT_EQ(reason(parse(what, hex("01 aabb"))), "2 body: 1 bytes are left at its end");
  EXPECT_EQ(reason(parse(what, hex("02 aabb"))), "1 body: 2 bytes are left at its end");
}

TEST(parser, a_ber_tree_yields_tag_length_and_value_of_every_element) {
  const auto what = of({{ber_tree{"pdu", 0, {}}}});
  EXPECT_EQ(shape(parse(what, hex("30 06 0201 05 0401 61"))),
            "pdu[0].tag:1 pdu[0].length:1 pdu[0][0].tag:1 pdu[0][0].length:1 pdu[0][0].value:1 "
            "pdu[0][1].tag:1 pdu[0][1].length:1 pdu[0][1].value:1");
  EXPECT_EQ(shape(parse(what, hex("04 8101 61 0500"))),
            "pdu[0].tag:1 pdu[0].length:1 pdu[0].length_number:1 pdu[0].value:1 pdu[1].tag:1 "
            "pdu[1].length:1");
  EXPECT_EQ(shape(parse(what, hex("0303 07 ff80 5f8101 01 aa"))),
            "pdu[0].tag:1 pdu[0].length:1 pdu[0].unused_bits:1 pdu[0].value:2 pdu[1].tag:3 "
            "pdu[1].length:1 pdu[1].value:1");
}

TEST(parser, broken_ber_is_an_error_at_the_element) {
  const auto what = of({{ber_tree{"pdu", 0, {}}}});
  EXPECT_EQ(reason(parse(what, hex("3080 0000"))),
            "0 pdu[0]: an indefinite length is not supported");
  EXPECT_EQ(reason(parse(what, hex("0402 61"))),
            "2 pdu[0].value: its length says 2 bytes, 1 are left");
  EXPECT_EQ(reason(parse(what, hex("3003 0402 61"))),
            "4 pdu[0][0].value: its length says 2 bytes, 1 are left");
  EXPECT_EQ(reason(parse(what, hex("04"))), "0 pdu[0]: the length is missing");
  EXPECT_EQ(reason(parse(what, hex("1f80"))), "0 pdu[0]: the tag does not end");
  EXPECT_EQ(reason(parse(what, hex("0485 0000000001 61"))),
            "0 pdu[0]: the length has more than 4 bytes");
  EXPECT_EQ(reason(parse(what, hex("0482 01"))), "0 pdu[0]: the length does not end");
}

TEST(parser, ber_nested_beyond_the_limit_is_an_error) {
  std::vector<std::uint8_t> nested;
  for (int level = 0; level < 40; ++level)
    nested.insert(nested.begin(), {0x30, static_cast<std::uint8_t>(nested.size())});
  const auto parsed = parse(of({{ber_tree{"pdu", 0, {}}}}), nested);
  ASSERT_TRUE(parsed.error);
  EXPECT_EQ(parsed.error->offset, 64U);
  EXPECT_EQ(parsed.error->reason, "BER is nested too deep");
}

text_lines lines(text_lines::style first, text_lines::style other) {
  text_lines made;
  made.name = "lines";
  made.first_line = first;
  made.other_lines = other;
  return made;
}

TEST(parser, text_lines_are_cut_by_their_style) {
  using enum text_lines::style;
  const auto parse_text = [](text_lines::style first, text_lines::style other,
                             std::string_view text) {
    return shape(parse(of({{lines(first, other)}}), bytes(text)));
  };
  EXPECT_EQ(parse_text(whole, whole, "ab\r\ncd\nef"),
            "lines[0].line:4 lines[1].line:3 lines[2].line:2");
  EXPECT_EQ(parse_text(words, rest, "GET  / x\r\nabc\r\ndef"),
            "lines[0].word:3 lines[0].space:2 lines[0].rest:3 lines[0].ending:2 lines[1].rest:8");
  EXPECT_EQ(parse_text(words, words, " a\r\n\n\rb"),
            "lines[0].space:1 lines[0].rest:1 lines[0].ending:2 lines[1].ending:1 "
            "lines[2].word:2");
  EXPECT_EQ(parse_text(delimited, whole, "a=b, c\n"),
            "lines[0].token[0]:1 lines[0].separator[1]:1 lines[0].token[2]:1 "
            "lines[0].separator[3]:2 lines[0].token[4]:1 lines[0].ending:1");
  EXPECT_EQ(parse_text(whole, named, "x\nHost: a b;c\r\nA:\nVia: a=b\n: c\n"),
            "lines[0].line:2 lines[1].line:13 lines[2].line:3 lines[3].separator[0]:7 "
            "lines[3].token[1]:1 lines[3].ending:1 lines[4].separator[0]:2 lines[4].token[1]:1 "
            "lines[4].ending:1");
  EXPECT_EQ(parse_text(whole, named, "x\nTo: \"me\" <sip:a@b>;tag=c;d\n"),
            "lines[0].line:2 lines[1].separator[0]:5 lines[1].token[1]:2 "
            "lines[1].separator[2]:7 lines[1].token[3]:1 lines[1].separator[4]:1 "
            "lines[1].token[5]:1 lines[1].separator[6]:6 lines[1].token[7]:1 "
            "lines[1].separator[8]:1 lines[1].token[9]:1 lines[1].ending:1")
      << "`To: \"`, me, `\" <sip:`, a, @, b, `>;tag=`, c, ;, d";
  EXPECT_EQ(parse_text(whole, whole, ""), "");
}

TEST(parser, a_name_chain_is_one_leaf) {
  const auto what = of({{name_chain{"name", 0, {}}}, {leaf("tail", rest())}});
  EXPECT_EQ(shape(parse(what, hex("03777777 00 aa"))), "name:5 tail:1");
  EXPECT_EQ(shape(parse(what, hex("0161 c00c aa"))), "name:4 tail:1");
  EXPECT_EQ(shape(parse(what, hex("00"))), "name:1");
  EXPECT_EQ(reason(parse(what, hex("0161 c0"))), "0 name: the name does not end");
  EXPECT_EQ(reason(parse(what, hex("0361"))), "0 name: the name does not end");
  EXPECT_EQ(reason(parse(what, hex("0161 40"))), "2 name: a label of 64 bytes; 63 is the most");
}

TEST(parser, keywords_pick_the_type) {
  auto what = of({{leaf("all", rest())}});
  what.types.push_back(what.types.front());
  const auto type_by = [&what](keyword by, std::string value, std::vector<std::uint8_t> message,
                               direction dir = direction::client_to_server) {
    what.pick = {{by}, {{{std::move(value)}, 1}}, 0};
    return parser(what).type_of(message, dir);
  };
  using enum keyword::source;
  EXPECT_EQ(type_by({keyword::source::bytes, 1, 2}, "bc", build::bytes("abc")), 1U);
  EXPECT_EQ(type_by({keyword::source::bytes, 1, 2}, "b", build::bytes("ab")), 0U);
  EXPECT_EQ(type_by({keyword::source::bytes, 1, 2}, "", build::bytes("ab")), 1U);
  EXPECT_EQ(type_by({keyword::source::direction, 0, 0}, "\x01", {}, direction::server_to_client),
            1U);
  EXPECT_EQ(type_by({word, 1, 0}, "b", build::bytes(" a\r\nb c")), 1U);
  EXPECT_EQ(type_by({word, 3, 0}, "", build::bytes("a b c")), 1U);
  EXPECT_EQ(type_by({size, 0, 0}, text_of("02"), build::bytes("abc")), 1U);
  EXPECT_EQ(type_by({size, 0, 0}, text_of("03"), build::bytes("abcd")), 1U);
  EXPECT_EQ(type_by({size, 0, 0}, text_of("00"), {}), 1U);
  EXPECT_EQ(type_by({tag, 0, 0}, text_of("30"), hex("3003 020101")), 1U);
  EXPECT_EQ(type_by({tag, 1, 0}, text_of("02"), hex("3003 020101")), 1U);
  EXPECT_EQ(type_by({tag, 2, 0}, "", hex("3003 020101")), 1U);
  EXPECT_EQ(type_by({tag, 1, 1}, text_of("02"), hex("aa 308103 020101")), 1U);
}

TEST(parser, an_unknown_tuple_falls_back_and_says_so) {
  auto what = of({{leaf("all", rest())}});
  what.pick = {{{keyword::source::bytes, 0, 1}}, {{{"a"}, 0}}, 0};
  EXPECT_TRUE(parse(what, bytes("a")).known_type);
  EXPECT_FALSE(parse(what, bytes("b")).known_type);
}

TEST(parser, a_message_with_too_many_elements_is_cut_off_at_the_limit) {
  const auto what = of({{repeated("l", {{leaf("v", fixed(1))}})}});
  EXPECT_EQ(reason(parse(what, std::vector<std::uint8_t>(131'071))), "none");
  const auto parsed = parse(what, std::vector<std::uint8_t>(131'072));
  EXPECT_EQ(reason(parsed),
            "131071 l[131071]: the message has more than 262144 elements, which is the limit");
  EXPECT_EQ(parsed.fields.size(), 131'072U);
  EXPECT_EQ(parsed.fields.back().path, "unparsed");
}

}  // namespace
}  // namespace troupe
