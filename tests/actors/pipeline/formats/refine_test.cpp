#include "actors/pipeline/formats/refine.hpp"

#include <gtest/gtest.h>

#include "actors/pipeline/formats/format_diff.hpp"
#include "actors/pipeline/formats/merge_ends.hpp"
#include "actors/pipeline/grammar/ends.hpp"
#include "actors/pipeline/parser/format_check.hpp"
#include "actors/pipeline/parser/parse_all.hpp"
#include "tests/actors/pipeline/grammar/made_traffic.hpp"

namespace troupe {
namespace {

using test::big;
using test::group_of;
using test::noise;
using test::payload;

/// Kind, id, length, then so many bytes: text in kind 2, else numbers.
payload message_of(std::uint8_t kind, std::uint16_t id, std::size_t size, std::mt19937_64& random) {
  using test::operator+;
  auto made = big(kind, 1) + big(0xbeef, 2) + big(id, 2);
  if (kind == 2)
    return made + big(size, 2) + payload(size, static_cast<std::uint8_t>('a' + id % 20));
  return made + big(4, 2) + noise(random, 4);
}

std::vector<payload> messages(std::uint8_t kinds, std::size_t count, std::mt19937_64& random) {
  std::vector<payload> made;
  for (std::size_t i = 0; i < count; ++i)
    made.push_back(message_of(static_cast<std::uint8_t>(1 + i % kinds),
                              static_cast<std::uint16_t>(100 + i), 3 + random() % 20, random));
  return made;
}

const field& field_at(const format& what, std::size_t type, std::size_t at) {
  return std::get<field>(what.types.at(type).elements.at(at).node);
}

TEST(refine, more_of_the_same_changes_counts_and_not_the_version) {
  std::mt19937_64 random(1);
  const auto stored = test::infer(group_of(messages(2, 60, random)));
  const auto found = refine(stored, group_of(messages(2, 40, random)), {}, test::shipped_cuts());
  EXPECT_EQ(found.fitting, 40U);
  EXPECT_EQ(found.not_fitting, 0U);
  EXPECT_TRUE(found.remarks.empty());
  EXPECT_EQ(found.what.version, stored.version);
  EXPECT_EQ(identity_of(found.what), identity_of(stored));
  EXPECT_EQ(found.what.ends.seen, 100U);
  std::uint64_t seen = 0;
  for (const auto& type : found.what.types) seen += type.seen;
  EXPECT_EQ(seen, 100U);
}

TEST(refine, a_new_tag_in_a_tree_is_known_from_then_on) {
  const auto with = [](std::uint8_t tag) {
    std::vector<payload> made;
    for (std::uint8_t i = 0; i < 40; ++i)
      made.push_back({0x30, 9, 2, 1, i, 4, 1, i, tag, 1, static_cast<std::uint8_t>(i * 37)});
    return group_of(made);
  };
  const auto tags = [](const format& what) {
    return std::get<ber_tree>(what.types.at(0).elements.at(0).node).tags;
  };
  const auto stored = test::infer(with(4));
  const std::vector<known_value> before{{"\x02", 40}, {"\x04", 40}, {"\x30", 40}};
  ASSERT_EQ(tags(stored), before);
  const auto found = refine(stored, with(5), {}, test::shipped_cuts());
  const std::vector<known_value> after{{"\x02", 80}, {"\x04", 80}, {"\x30", 80}, {"\x05", 40}};
  EXPECT_EQ(tags(found.what), after);
  const auto& tree = std::get<ber_tree>(found.what.types.at(0).elements.at(0).node);
  EXPECT_DOUBLE_EQ(tree.unlisted.value(), 1.0 / 81) << "no tag in one message alone";
  EXPECT_EQ(found.what.version, stored.version + 1);
}

TEST(refine, a_new_keyword_value_is_a_new_type_and_a_new_version) {
  std::mt19937_64 random(2);
  const auto stored = test::infer(group_of(messages(2, 60, random)));
  ASSERT_EQ(stored.types.size(), 2U);
  std::vector<payload> fresh;
  for (std::uint16_t i = 0; i < 20; ++i) fresh.push_back(message_of(9, i, 3 + i % 7U, random));
  const auto group = group_of(fresh);
  const auto found = refine(stored, group, {}, test::shipped_cuts());
  ASSERT_EQ(found.what.types.size(), 3U);
  EXPECT_EQ(found.what.version, stored.version + 1);
  EXPECT_EQ(found.what.types[2].seen, 20U);
  EXPECT_EQ(found.not_fitting, 20U);
  ASSERT_EQ(found.remarks.size(), 1U);
  EXPECT_FALSE(check(found.what));
  EXPECT_EQ(parse_all(found.what, group, {}).parsed, 20U);
  // What is known now is not new the second time.
  const auto again = refine(found.what, group, {}, test::shipped_cuts());
  EXPECT_EQ(again.what.version, found.what.version);
  EXPECT_EQ(again.fitting, 20U);
}

format one_byte(field_kind kind, std::vector<known_value> values) {
  format what;
  field only;
  only.name = "kind";
  only.kind = kind;
  only.size.bytes = 1;
  only.values = std::move(values);
  only.minimum = 7;
  only.maximum = 7;
  message_type type;
  type.name = "message";
  type.seen = 10;
  type.shortest = type.longest = 1;
  type.elements = {{only}};
  what.types = {type};
  what.pick.types[{}] = 0;
  return what;
}

TEST(refine, a_constant_with_a_second_value_becomes_an_enumeration) {
  const auto stored = one_byte(field_kind::constant, {{"\x07", 10}});
  const auto found = refine(stored, group_of({{7}, {9}, {9}}), {}, test::shipped_cuts());
  const auto& refined = field_at(found.what, 0, 0);
  EXPECT_EQ(refined.kind, field_kind::enumeration);
  EXPECT_EQ(refined.values, (std::vector<known_value>{{"\x07", 11}, {"\x09", 2}}));
  EXPECT_EQ(refined.maximum, 9U);
  EXPECT_EQ(found.what.version, 2U);
  EXPECT_EQ(found.what.types[0].seen, 13U);
}

TEST(refine, an_enumeration_keeps_16_values_and_becomes_a_number_with_17) {
  std::vector<payload> others;
  for (std::uint8_t value = 8; value < 23; ++value) others.push_back({value});
  const auto stored = one_byte(field_kind::enumeration, {{"\x07", 10}});
  EXPECT_EQ(
      field_at(refine(stored, group_of(others), {}, test::shipped_cuts()).what, 0, 0).values.size(),
      16U);
  others.push_back({23});
  const auto many = refine(stored, group_of(others), {}, test::shipped_cuts()).what;
  EXPECT_EQ(field_at(many, 0, 0).kind, field_kind::number);
  EXPECT_TRUE(field_at(many, 0, 0).values.empty());
}

TEST(refine, a_body_is_inferred_again_when_more_messages_contradict_it_than_there_were) {
  std::vector<payload> longer(10, payload{7, 1});
  const auto stored = one_byte(field_kind::constant, {{"\x07", 10}});
  const auto kept = refine(stored, group_of(longer), {}, test::shipped_cuts());
  EXPECT_EQ(kept.not_fitting, 10U);
  EXPECT_EQ(kept.what.version, 1U);
  ASSERT_EQ(kept.remarks.size(), 1U);
  longer.push_back({7, 2});
  const auto group = group_of(longer);
  const auto replaced = refine(stored, group, {}, test::shipped_cuts());
  EXPECT_EQ(replaced.what.version, 2U);
  EXPECT_EQ(parse_all(replaced.what, group, {}).parsed, 11U);
}

TEST(refine, an_empty_group_changes_nothing) {
  const auto stored = one_byte(field_kind::constant, {{"\x07", 10}});
  EXPECT_EQ(refine(stored, group_of({}), {}, test::shipped_cuts()).what, stored);
}

TEST(merged_ends, are_those_of_all_messages_together) {
  constexpr std::uint64_t seed = 92'000;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300; ++round) {
    grammar::ends_counter a;
    grammar::ends_counter b;
    grammar::ends_counter all;
    const auto step = 1 + random() % 4;
    const auto count = 1 + random() % (round % 3 == 0 ? 200 : 12);
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto bytes = noise(random, step * (1 + random() % 90));
      all.add(bytes);
      (random() % 2 == 0 ? a : b).add(bytes);
    }
    EXPECT_EQ(merged(a.take(), b.take()), all.take());
  }
}

}  // namespace
}  // namespace troupe
