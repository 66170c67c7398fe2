#include "actors/pipeline/grammar/grammar.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "actors/pipeline/parser/format_check.hpp"
#include "tests/actors/pipeline/grammar/made_traffic.hpp"

namespace troupe {
namespace {

using namespace troupe::test;

/// All of a group's messages parse without error, and their leaves partition them.
void expect_parses_its_own(const traffic_group& group, const format& found) {
  EXPECT_FALSE(check(found)) << check(found).what;
  const parser executable(found);
  for (const auto& one : group.messages) {
    const auto parsed = executable.parse(group.payload(one), one.dir);
    EXPECT_FALSE(parsed.error) << parsed.error->path << ": " << parsed.error->reason;
    std::uint32_t at = 0;
    for (const auto& leaf : parsed.fields) {
      EXPECT_EQ(leaf.offset, at);
      at += leaf.size;
    }
    EXPECT_EQ(at, one.size);
  }
}

TEST(infer_format, an_empty_group_gives_one_type) {
  const auto found = infer({});
  EXPECT_EQ(found.types.size(), 1U);
  EXPECT_FALSE(check(found)) << check(found).what;
}

TEST(infer_format, one_message_and_empty_messages_parse) {
  for (const auto& payloads :
       {std::vector<payload>{{1, 2, 3}}, std::vector<payload>{{}}, std::vector<payload>(5),
        std::vector<payload>{{}, {1}, {1, 2}, {}, {1, 2, 3}}}) {
    const auto group = group_of(payloads);
    expect_parses_its_own(group, infer(group));
  }
}

TEST(infer_format, identical_messages_are_constant) {
  const auto group = group_of(std::vector<payload>(50, big(0x0102030405060708U, 8)));
  const auto found = infer(group);
  expect_parses_its_own(group, found);
  ASSERT_EQ(found.types.size(), 1U);
  for (const auto& one : found.types[0].elements) {
    EXPECT_EQ(std::get<field>(one.node).kind, field_kind::constant);
  }
}

TEST(infer_format, fewer_than_four_different_messages_are_one_opaque_field) {
  const auto one = big(0x1234000100000000U, 8) + big(0x0010000000020001U, 8);
  const auto two = big(0x1235800100010000U, 8) + big(0x0020000000020007U, 8) + big(5, 4);
  const auto three = big(0x1236000100000000U, 8) + big(0x0010000000020003U, 8);
  for (const auto& payloads : {std::vector<payload>{one}, std::vector<payload>{one, two, three},
                               std::vector<payload>{one, one, two, two, three, three}}) {
    const auto group = group_of(payloads);
    const auto found = infer(group);
    expect_parses_its_own(group, found);
    ASSERT_EQ(found.types.size(), 1U);
    ASSERT_EQ(found.types[0].elements.size(), 1U);
    const auto& only = std::get<field>(found.types[0].elements[0].node);
    EXPECT_EQ(only.kind, field_kind::opaque);
    ASSERT_FALSE(only.evidence.empty());
    EXPECT_NE(only.evidence[0].find("too few"), std::string::npos) << only.evidence[0];
    EXPECT_LT(found.confidence, 0.2);
  }
}

TEST(infer_format, a_single_message_shows_its_names_and_its_text) {
  const auto named = group_of({big(0x12340100U, 4) + big(0x00010000U, 4) + big(0, 4) + payload{3} +
                               text("www") + payload{7} + text("example") + big(0x0000010001U, 5)});
  EXPECT_EQ(boundaries(infer(named), named, 0), (std::vector<std::uint32_t>{12, 25}));
  const auto spoken = group_of({text("220 ready\r\n")});
  EXPECT_EQ(boundaries(infer(spoken), spoken, 0), (std::vector<std::uint32_t>{3, 4, 9}));
}

TEST(infer_format, a_single_tree_is_described_by_itself) {
  const payload tree{0x30, 18, 2, 1, 1, 4, 3, 'a', 'b', 'c', 0xa0, 8, 2, 1, 7, 0x30, 3, 2, 1, 9};
  const auto group = group_of({tree});
  EXPECT_GT(boundaries(infer(group), group, 0).size(), 8U);
}

TEST(infer_format, random_bytes_are_one_opaque_type_without_boundaries) {
  std::mt19937_64 random(11);
  std::vector<payload> payloads;
  for (int i = 0; i < 100; ++i) payloads.push_back(noise(random, 60 + random() % 200));
  const auto group = group_of(payloads);
  const auto found = infer(group);
  expect_parses_its_own(group, found);
  EXPECT_EQ(found.types.size(), 1U);
  EXPECT_LE(boundaries(found, group, 0).size(), 2U);
}

TEST(infer_format, messages_of_64_kib_parse) {
  std::mt19937_64 random(12);
  std::vector<payload> payloads;
  for (int i = 0; i < 8; ++i) payloads.push_back(big(65530, 4) + noise(random, 65532));
  const auto group = group_of(payloads);
  expect_parses_its_own(group, infer(group));
}

TEST(infer_format, a_stop_before_the_start_gives_a_valid_format_that_is_cut_short) {
  std::stop_source source;
  source.request_stop();
  std::mt19937_64 random(13);
  std::vector<payload> payloads;
  for (int i = 0; i < 50; ++i) payloads.push_back(noise(random, 30));
  const auto group = group_of(payloads);
  const auto found = infer(group, {quality_mode::balanced, 1, source.get_token()});
  EXPECT_TRUE(found.cut_short);
  expect_parses_its_own(group, found);
}

TEST(infer_format, a_header_with_length_and_counter_is_cut_and_named) {
  std::mt19937_64 random(14);
  std::vector<payload> payloads;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const auto body = noise(random, 30 + random() % 300);
    payloads.push_back(big(0x5aa5, 2) + big(body.size() + 8, 2) + big(70000 + 3 * i, 4) + body);
  }
  const auto group = group_of(payloads);
  const auto found = infer(group);
  expect_parses_its_own(group, found);
  const auto& elements = found.types[0].elements;
  const auto cuts = boundaries(found, group, 0);
  for (const auto expected : {2U, 4U, 8U}) {
    EXPECT_NE(std::find(cuts.begin(), cuts.end(), expected), cuts.end()) << expected;
  }
  EXPECT_LE(cuts.size(), 4U);  // the upper half of the counter never changes: it may stand alone
  EXPECT_EQ(std::get<field>(elements[1].node).kind, field_kind::length);
  const auto counter = std::find_if(elements.begin(), elements.end(), [](const element& one) {
    return std::get<field>(one.node).kind == field_kind::sequence;
  });
  ASSERT_NE(counter, elements.end());
  EXPECT_EQ(std::get<field>(counter->node).step, 3);
}

TEST(infer_format, an_identifier_that_the_answer_repeats_is_an_id) {
  std::mt19937_64 random(15);
  std::vector<payload> payloads;
  for (int i = 0; i < 60; ++i) {
    const auto id = noise(random, 2);
    payloads.push_back(id + payload{0, 1, 0, 5});
    payloads.push_back(id + payload{0, 2, 0, 6});
  }
  const auto group = group_of(payloads, true);
  const auto found = infer(group);
  expect_parses_its_own(group, found);
  for (const auto& type : found.types) {
    EXPECT_EQ(std::get<field>(type.elements[0].node).kind, field_kind::id) << type.name;
  }
}

TEST(infer_format, text_is_cut_into_words_and_typed_by_the_command) {
  const auto group = group_of(
      {text("USER one\r\n"), text("PASS two three\r\n"), text("USER x\r\n"), text("QUIT\r\n")});
  const auto found = infer(group);
  EXPECT_TRUE(found.is_text);
  EXPECT_EQ(found.types.size(), 3U);
  expect_parses_its_own(group, found);
  EXPECT_EQ(boundaries(found, group, 0), (std::vector<std::uint32_t>{4, 5, 8}));
}

/// A protocol drawn from a seed: header, opcode, and per opcode a fixed part, strings or a list.
traffic_group drawn(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto shapes = 1 + random() % 4;
  std::vector<payload> payloads;
  for (auto messages = 1 + random() % 120; messages > 0; --messages) {
    const auto opcode = random() % shapes;
    payload one = noise(random, seed % 4) + big(opcode, 1);
    for (auto parts = random() % 5; parts > 0; --parts) {
      const auto size = random() % 12;
      const auto value = opcode % 2 == 0 ? noise(random, size) : payload(size, 'a');
      one = one + big(opcode, 1) + big(value.size(), 1 + opcode % 2) + value;
    }
    payloads.push_back(one);
  }
  return group_of(payloads, seed % 3 == 0);
}

TEST(infer_format, every_format_parses_its_own_traffic_and_the_same_seed_gives_the_same) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto group = drawn(seed);
    for (const auto effort : {quality_mode::fast, quality_mode::balanced, quality_mode::accurate}) {
      const auto found = infer(group, {effort, seed, {}});
      expect_parses_its_own(group, found);
      EXPECT_EQ(found, infer(group, {effort, seed, {}}));
    }
    if (HasFailure()) break;
  }
}

TEST(infer_format, a_large_group_is_learnt_from_a_sample_and_nearly_all_of_it_parses) {
  std::mt19937_64 random(16);
  std::vector<payload> payloads;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    payloads.push_back(big(i, 4) + big(random() % 3, 1) + payload{0, 0, 9} + big(random(), 8));
  }
  const auto group = group_of(payloads);
  const auto found = infer(group, {quality_mode::fast, 1, {}});
  const parser executable(found);
  const auto failed =
      std::count_if(group.messages.begin(), group.messages.end(), [&](const auto& one) {
        return executable.parse(group.payload(one), one.dir).error.has_value();
      });
  EXPECT_LE(failed * 20, static_cast<std::ptrdiff_t>(group.messages.size()));
}

}  // namespace
}  // namespace troupe
