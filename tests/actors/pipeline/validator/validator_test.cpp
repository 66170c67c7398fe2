#include "actors/pipeline/validator/validator.hpp"

#include <gtest/gtest.h>

#include "actors/pipeline/validator/value_rules.hpp"
#include "tests/actors/pipeline/parser/builders.hpp"
#include "tests/actors/pipeline/parser/random_formats.hpp"
#include "tests/actors/pipeline/validator/judging.hpp"

namespace troupe {
namespace {

using namespace build;    // NOLINT(google-build-using-namespace): the words of these tests
using namespace judging;  // NOLINT(google-build-using-namespace): as above
using enum validation_level;

format with_values(field_kind kind, std::vector<known_value> values) {
  auto made = leaf("kind", fixed(1), kind);
  made.values = std::move(values);
  return of({{made}});
}

TEST(validator, basic_judges_lengths_only) {
  const auto what = with_values(field_kind::constant, {{"a", 100}});
  EXPECT_EQ(verdict_on(what, {"62"}, basic), "valid");
  EXPECT_EQ(verdict_on(what, {"61", "6161"}, basic), "1 1 basic : 1 bytes follow the last element");
}

TEST(validator, a_constant_or_enumeration_takes_known_values_only) {
  EXPECT_EQ(verdict_on(with_values(field_kind::constant, {{"a", 16}}), {"61", "62"}, standard),
            "1 0 standard kind: holds 62 instead of 61");
  EXPECT_EQ(
      verdict_on(with_values(field_kind::enumeration, {{"a", 9}, {"b", 8}}), {"63"}, standard),
      "0 0 standard kind: holds 63 instead of one of 2 known values");
}

TEST(validator, a_list_of_values_from_too_few_messages_forbids_nothing) {
  EXPECT_EQ(verdict_on(with_values(field_kind::constant, {{"a", 15}}), {"62"}, standard), "valid");
}

TEST(validator, a_list_of_values_where_new_ones_keep_coming_forbids_nothing) {
  const auto closed = with_values(field_kind::enumeration, {{"a", 500}, {"b", 1}});
  const auto open = with_values(field_kind::enumeration, {{"a", 499}, {"b", 1}});
  EXPECT_EQ(verdict_on(closed, {"63"}, standard),
            "0 0 standard kind: holds 63 instead of one of 2 known values");
  EXPECT_EQ(verdict_on(open, {"63"}, standard), "valid");
}

TEST(validator, a_number_stays_near_the_range_seen) {
  auto number = leaf("n", fixed(1));
  number.minimum = 100;
  number.maximum = 109;
  auto what = of({{number}});
  what.types[0].seen = 50;
  what.types[0].longest = what.types[0].shortest = 1;
  EXPECT_EQ(verdict_on(what, {"5a", "77"}, standard), "valid");  // 90 and 119
  EXPECT_EQ(verdict_on(what, {"59"}, standard), "0 0 standard n: holds 89; seen were 100 to 109");
  EXPECT_EQ(verdict_on(what, {"78"}, standard), "0 0 standard n: holds 120; seen were 100 to 109");
  what.types[0].seen = 49;
  EXPECT_EQ(verdict_on(what, {"78"}, standard), "valid");
}

TEST(validator, what_the_format_says_of_values_not_listed_decides) {
  auto made = leaf("kind", fixed(1), field_kind::constant);
  made.values = {{"a", 1000}};
  made.unlisted = value_rules::unlisted_under;
  EXPECT_EQ(verdict_on(of({{made}}), {"62"}, standard), "valid");
  made.unlisted = value_rules::unlisted_under - 0.001;
  EXPECT_EQ(verdict_on(of({{made}}), {"62"}, standard),
            "0 0 standard kind: holds 62 instead of 61");
}

TEST(validator, a_foreign_message_is_a_violation_at_standard) {
  auto what = of({{leaf("all", rest())}});
  what.types[0].seen = 100;
  what.types[0].longest = 9;
  what.pick = {{{keyword::source::bytes, 0, 1}}, {{{"a"}, 0}}, 0};
  EXPECT_EQ(verdict_on(what, {"62"}, basic), "valid");
  EXPECT_EQ(verdict_on(what, {"62"}, standard), "0 0 standard : the message type is unknown");
  what.types[0].seen = 15;
  EXPECT_EQ(verdict_on(what, {"62"}, standard), "valid");
}

TEST(validator, a_message_has_about_the_length_of_its_type) {
  auto what = of({{leaf("all", rest())}});
  what.types[0].seen = 16;
  what.types[0].shortest = 3;
  what.types[0].longest = 4;
  EXPECT_EQ(verdict_on(what, {"01", "010203040506"}, standard), "valid");
  EXPECT_EQ(verdict_on(what, {""}, standard),
            "0 0 standard : 0 bytes; messages of type message had 3 to 4");
  EXPECT_EQ(verdict_on(what, {"01020304050607"}, standard),
            "0 0 standard : 7 bytes; messages of type message had 3 to 4");
}

TEST(validator, binary_in_a_text_protocol_is_a_violation_at_standard) {
  text_lines lines;
  lines.name = "lines";
  auto what = of({{lines}});
  what.is_text = true;
  EXPECT_EQ(verdict_on(what, {"47 45 54 20 2f 0d 0a", "c3a4 47 45 54 20 2f"}, standard), "valid");
  EXPECT_EQ(verdict_on(what, {"16 03 01 02 00 01 41 42"}, standard), "0 0 standard : is not text");
}

format measured(length_relation says, size_rule data) {
  auto length = leaf("length", fixed(1), field_kind::length);
  length.measures = says;
  return of({{length}, {leaf("data", std::move(data))}});
}

/// Any bytes, from so many messages that ended as said.
template <class Fill>
format any_bytes(Fill fill) {
  auto what = of({{leaf("all", rest())}});
  what.types[0].ends.seen = 50;
  fill(what.types[0].ends);
  return what;
}

TEST(validator, strict_knows_how_messages_end) {
  const auto what = any_bytes([](auto& ends) { ends.last_two = {{"\r\n", 49}}; });
  EXPECT_EQ(verdict_on(what, {"61 0d 0a", "0d 0a"}, strict), "valid");
  EXPECT_EQ(verdict_on(what, {"61 0d"}, standard), "valid");
  EXPECT_EQ(verdict_on(what, {"61 0d"}, strict), "0 2 strict : ends in 61 0d instead of 0d 0a");
  EXPECT_EQ(verdict_on(what, {"0a"}, strict), "0 1 strict : ends in 0a instead of 0d 0a");
  const auto wider = any_bytes([](auto& ends) { ends.last_byte = {{"a", 25}, {"b", 24}}; });
  EXPECT_EQ(verdict_on(wider, {"61", "62"}, strict), "valid");
  EXPECT_EQ(verdict_on(wider, {"63"}, strict),
            "0 1 strict : ends in 63 instead of one of 2 known ends");
}

TEST(validator, ends_from_too_few_messages_or_with_new_ones_coming_forbid_nothing) {
  auto few = any_bytes([](auto& ends) {
    ends.last_byte = {{"a", 48}};
    ends.sizes = {{1, 48}};
  });
  few.types[0].ends.seen = 49;
  EXPECT_EQ(verdict_on(few, {"6262"}, strict), "valid");
  const auto open = any_bytes([](auto& ends) {
    ends.last_byte = {{"a", 48}, {"c", 1}};
    ends.sizes = {{1, 48}, {3, 1}};
  });
  EXPECT_EQ(verdict_on(open, {"6262"}, strict), "valid");
}

TEST(validator, strict_knows_the_sizes_of_a_type) {
  const auto what = any_bytes([](auto& ends) { ends.sizes = {{2, 30}, {4, 19}}; });
  EXPECT_EQ(verdict_on(what, {"0101", "01010101"}, strict), "valid");
  EXPECT_EQ(verdict_on(what, {"010101"}, strict),
            "0 3 strict : 3 bytes instead of one of 2 known sizes");
}

TEST(validator, a_size_that_several_have_and_none_exceeds_is_a_bound_at_strict) {
  const auto what = any_bytes([](auto& ends) {
    ends.shortest = {2, 3};
    ends.longest = {4, 4};
  });
  EXPECT_EQ(verdict_on(what, {"01", "010101"}, strict), "valid");
  EXPECT_EQ(verdict_on(what, {"0101010101"}, strict), "0 5 strict : 5 bytes, the most were 4");
}

TEST(validator, sizes_that_differ_by_multiples_go_on_so_at_strict) {
  const auto what = any_bytes([](auto& ends) {
    ends.step = 4;
    ends.remainder = 2;
  });
  EXPECT_EQ(verdict_on(what, {"0101", "010101010101"}, strict), "valid");
  EXPECT_EQ(verdict_on(what, {"01010101"}, strict),
            "0 4 strict : 4 bytes are no multiple of 4 and 2");
}

TEST(validator, text_without_any_other_byte_stays_so_at_strict) {
  const auto what = any_bytes([](auto& ends) { ends.only_text = 50; });
  EXPECT_EQ(verdict_on(what, {"61 0a"}, strict), "valid");
  EXPECT_EQ(verdict_on(what, {"61 00"}, strict), "0 2 strict : is not only text");
}

TEST(validator, sizes_and_ends_are_no_rule_where_messages_say_their_size) {
  auto what = measured({length_relation::covers::rest, 0, 1, 0}, rest());
  what.types[0].shortest = what.types[0].longest = 4;
  what.types[0].seen = 98;
  what.types[0].ends.seen = what.ends.seen = 98;
  what.types[0].ends.sizes = what.ends.sizes = {{3, 98}};
  what.types[0].ends.last_byte = what.ends.last_byte = {{"a", 98}};
  EXPECT_EQ(verdict_on(what, {"03 616162"}, strict), "valid");
  std::get<field>(what.types[0].elements[0].node).measures.reset();
  EXPECT_EQ(verdict_on(what, {"03 616162"}, strict), "0 4 strict : ends in 62 instead of 61");
}

TEST(validator, zero_bytes_behind_a_tree_are_no_elements_at_strict) {
  const auto what = of({{ber_tree{"tree", 0, {}}}});
  EXPECT_EQ(verdict_on(what, {"30 03 02 01 05"}, strict), "valid");
  EXPECT_EQ(verdict_on(what, {"30 03 02 01 05 00 00"}, standard), "valid");
  EXPECT_EQ(verdict_on(what, {"30 03 02 01 05 00 00"}, strict),
            "0 5 strict tree[1].tag: the tag 0 is reserved");
}

TEST(validator, a_tag_that_no_tree_had_is_a_violation_at_strict_where_they_are_closed) {
  auto tree = ber_tree{"tree", 0, {}};
  tree.tags = {{"\x30", 9}, {"\x02", 9}};
  EXPECT_EQ(verdict_on(of({{tree}}), {"30 03 04 01 05"}, strict), "valid") << "nothing is known";
  tree.unlisted = value_rules::unlisted_under;
  EXPECT_EQ(verdict_on(of({{tree}}), {"30 03 04 01 05"}, strict), "valid");
  tree.unlisted = value_rules::unlisted_under - 0.001;
  EXPECT_EQ(verdict_on(of({{tree}}), {"30 03 02 01 05"}, strict), "valid");
  EXPECT_EQ(verdict_on(of({{tree}}), {"30 03 04 01 05"}, standard), "valid");
  EXPECT_EQ(verdict_on(of({{tree}}), {"30 03 04 01 05"}, strict),
            "0 2 strict tree[0][0].tag: the tag 04 is none of the known ones");
}

TEST(validator, strict_compares_length_fields_with_what_they_cover) {
  using covers = length_relation::covers;
  const auto by_message = measured({covers::message, 0, 1, 0}, rest());
  EXPECT_EQ(verdict_on(by_message, {"03 0102"}, strict), "valid");
  EXPECT_EQ(verdict_on(by_message, {"04 0102"}, standard), "valid");
  EXPECT_EQ(verdict_on(by_message, {"04 0102"}, strict),
            "0 0 strict length: says 4, 3 bytes in the message");
  const auto by_rest = measured({covers::rest, 0, 2, -4}, rest());
  EXPECT_EQ(verdict_on(by_rest, {"03 0102"}, strict), "valid");
  EXPECT_EQ(verdict_on(by_rest, {"03 010203"}, strict),
            "0 0 strict length: says 3 times 2 plus -4, 3 bytes follow");
  const auto by_element = measured({covers::element, 1, 1, 0}, rest());
  EXPECT_EQ(verdict_on(by_element, {"02 0102", "02 010203"}, strict),
            "1 0 strict length: says 2, 3 bytes are there");
}

TEST(validator, strict_compares_count_fields_with_the_items) {
  auto count = leaf("count", fixed(1), field_kind::count);
  count.measures = length_relation{length_relation::covers::items, 1, 1, 0};
  const auto what = of({{count}, {repeated("items", {{leaf("v", fixed(2))}})}});
  EXPECT_EQ(verdict_on(what, {"02 0001 0002", "03 0001 0002"}, strict),
            "1 0 strict count: says 3, 2 items are there");
}

TEST(validator, strict_computes_checksums) {
  auto sum = leaf("sum", fixed(1), field_kind::checksum);
  sum.sums = checksum_relation{checksum_relation::algorithm::sum8, 0, 0};
  const auto what = of({{leaf("data", rest(1))}, {sum}});
  EXPECT_EQ(verdict_on(what, {"010203 06", "010203 07"}, strict),
            "1 3 strict sum: sum8 is 6, the field says 7");
}

format counter(std::int64_t step) {
  auto number = leaf("number", fixed(1), field_kind::sequence);
  number.step = step;
  return of({{number}});
}

TEST(validator, enterprise_follows_counters_around_their_width) {
  EXPECT_EQ(verdict_on(counter(1), {"fe", "ff", "00", "01"}, enterprise), "valid");
  EXPECT_EQ(verdict_on(counter(-2), {"03", "01", "ff"}, enterprise), "valid");
}

TEST(validator, a_counter_may_repeat_and_leap_but_not_fall_back) {
  auto what = of({{leaf("number", fixed(2), field_kind::sequence)}});
  std::get<field>(what.types[0].elements[0].node).step = 1;
  EXPECT_EQ(verdict_on(what, {"1000", "1000", "1400", "13f0"}, enterprise), "valid");
  EXPECT_EQ(verdict_on(what, {"1000", "1401"}, enterprise),
            "1 0 enterprise number: is 5121 after 4096; its step is 1");
  EXPECT_EQ(verdict_on(what, {"1000", "0fef"}, enterprise),
            "1 0 enterprise number: is 4079 after 4096; its step is 1");
  EXPECT_EQ(verdict_on(what, {"1000", "0fef"}, strict), "valid");
  std::get<field>(what.types[0].elements[0].node).minimum = 1;
  EXPECT_EQ(verdict_on(what, {"1000", "0001"}, enterprise), "valid");
}

TEST(validator, counters_are_judged_by_flow_and_direction) {
  auto group = group_of({"10", "f0", "11"});
  group.messages[1].dir = direction::server_to_client;
  auto what = of({{leaf("number", fixed(1), field_kind::sequence)}});
  std::get<field>(what.types[0].elements[0].node).step = 1;
  EXPECT_EQ(validate(what, group, enterprise, {}).valid, 3U);
}

TEST(validator, enterprise_knows_which_type_follows_which) {
  auto what = of({{leaf("kind", fixed(1))}});
  what.types[0].name = "ask";
  what.types.push_back(what.types[0]);
  what.types[1].name = "answer";
  what.pick = {{{keyword::source::bytes, 0, 1}}, {{{"a"}, 0}, {{"b"}, 1}}, 0};
  what.transitions = {{0, 1, 20}, {1, 0, 15}};
  EXPECT_EQ(verdict_on(what, {"61", "62", "61", "62", "62"}, enterprise), "valid");
  EXPECT_EQ(verdict_on(what, {"61", "61"}, enterprise),
            "1 0 enterprise : ask never came after ask");
  EXPECT_EQ(verdict_on(what, {"61", "61"}, strict), "valid");
}

TEST(validator, counts_violations_by_level_and_keeps_the_first_sixty_four) {
  const auto what = with_values(field_kind::constant, {{"a", 100}});
  const auto result = validate(what, group_of(std::vector<std::string>(70, "6262")), standard, {});
  EXPECT_EQ(result.messages, 70U);
  EXPECT_EQ(result.valid, 0U);
  EXPECT_EQ(result.violations.size(), 64U);
  EXPECT_EQ(result.violations_by_level, (std::array<std::uint64_t, 4>{70, 70, 0, 0}));
}

TEST(validator, stops_when_asked_to) {
  std::stop_source stop;
  stop.request_stop();
  work_context work;
  work.stop = stop.get_token();
  const auto result = validate(of({}), group_of({"61"}), basic, work);
  EXPECT_TRUE(result.cut_short);
  EXPECT_EQ(result.messages, 0U);
}

TEST(validator_properties, each_level_finds_all_that_the_one_before_it_finds) {
  for (std::uint64_t seed = 30'000; seed < 30'300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const auto drawn = make_random_case(seed, 10);
    traffic_group group;
    group.flows.resize(1);
    for (const auto& sample : drawn.samples) {
      const auto bytes = mutated(sample.bytes, random);
      message one;
      one.dir = sample.dir;
      one.offset = static_cast<std::uint32_t>(group.bytes.size());
      one.size = static_cast<std::uint32_t>(bytes.size());
      group.bytes.insert(group.bytes.end(), bytes.begin(), bytes.end());
      group.messages.push_back(one);
    }
    for (const auto& what : {drawn.what, make_wild_format(seed)}) {
      auto before = validate(what, group, basic, {});
      for (const auto level : {standard, strict, enterprise}) {
        const auto now = validate(what, group, level, {});
        ASSERT_LE(now.valid, before.valid);
        for (std::size_t i = 0; i < static_cast<std::size_t>(level); ++i)
          ASSERT_EQ(now.violations_by_level[i], before.violations_by_level[i]);
        before = now;
      }
    }
  }
}

}  // namespace
}  // namespace troupe
