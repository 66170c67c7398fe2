// Lengths within lengths: layers, parts behind their lengths, lists inside items; and types that
// only some of the messages' keywords tell.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "actors/pipeline/formats/refine.hpp"
#include "actors/pipeline/grammar/counted_parts.hpp"
#include "actors/pipeline/grammar/item_lists.hpp"
#include "actors/pipeline/grammar/length_fields.hpp"
#include "actors/pipeline/grammar/message_types.hpp"
#include "actors/pipeline/parser/format_check.hpp"
#include "tests/actors/pipeline/grammar/made_traffic.hpp"
#include "tests/support/shipped_grammar.hpp"

namespace {

using namespace troupe;
using namespace troupe::grammar;
using namespace troupe::test;

constexpr std::uint64_t seed = 20261121;

payload counted(const payload& value, std::size_t width) {
  return big(value.size(), width) + value;
}

payload item(std::uint8_t type, const payload& value) {
  return payload{type, 0} + big(value.size() + 4, 2) + value;
}

TEST(length_fields, each_layer_has_its_own_and_the_fewest_sizes_of_a_further_one_are_four) {
  for (const std::size_t sizes : {3U, 4U}) {
    std::mt19937_64 random(seed);
    std::vector<payload> payloads;
    for (std::size_t i = 0; i < 40; ++i) {
      const auto inner = counted(noise(random, 300 + 7 * (i % sizes)), 2);
      payloads.push_back(payload{1} + counted(noise(random, 3) + inner, 2));
    }
    const auto found = find_length_fields(made(payloads).scopes, 0.95, 3);
    ASSERT_EQ(found.size(), sizes == 4 ? 2U : 1U);
    EXPECT_TRUE(std::ranges::any_of(found, [](const auto& one) { return one.offset == 1; }));
  }
}

/// A version, noise, a session that one in `rarity` messages has, codes, one method, and more
/// behind its length.
std::vector<payload> hellos(std::size_t rarity) {
  std::mt19937_64 random(seed);
  std::vector<payload> out;
  for (std::size_t i = 0; i < 60; ++i) {
    out.push_back(payload{3, 3} + noise(random, 16) +
                  counted(noise(random, i % rarity == 0 ? 1 + random() % 60 : 0), 1) +
                  counted(noise(random, 2 + 2 * (random() % 30)), 2) + counted({0}, 1) +
                  counted(noise(random, 10 + random() % 90), 2));
  }
  return out;
}

TEST(counted_parts, the_first_of_a_chain_to_the_end_is_found_though_mostly_empty) {
  const made traffic(hellos(8));
  const auto found = find_counted(traffic.scopes, byte_order::big);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->offset, 18U);
  EXPECT_EQ(found->width, 1U);
}

TEST(counted_parts, noise_and_lists_of_equal_items_are_no_chain) {
  std::mt19937_64 random(seed);
  std::vector<payload> random_bytes;
  std::vector<payload> items;
  for (int i = 0; i < 60; ++i) {
    random_bytes.push_back(noise(random, 20 + random() % 90));
    payload list;
    for (auto left = 2 + random() % 2; left > 0; --left) {
      list = list + counted(noise(random, 1 + random() % 40), 2);
    }
    items.push_back(list);
  }
  EXPECT_FALSE(find_counted(made(random_bytes).scopes, byte_order::big));
  EXPECT_FALSE(find_counted(made(items).scopes, byte_order::big));
}

TEST(counted_parts, what_follows_a_part_lines_up_behind_it) {
  const auto payloads = hellos(1);
  const auto group = group_of(payloads);
  const auto how = infer(group);
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    const auto session = payloads[i][18];
    const auto found = boundaries(how, group, i);
    EXPECT_TRUE(std::ranges::count(found, 18U) == 1);
    EXPECT_TRUE(std::ranges::count(found, 19U + session) == 1) << "codes of message " << i;
  }
}

TEST(item_lists, a_shape_that_is_known_is_seen_in_a_single_item_but_not_in_empty_ones) {
  item_list how;
  how.type_width = 2;
  how.length_width = 2;
  how.counts_header = true;
  const auto alike = item(2, payload{1, 1, 0, 1});
  EXPECT_TRUE(repeats(how, made({alike, alike}).scopes));
  EXPECT_FALSE(repeats(how, made({alike, item(2, {})}).scopes) &&
               repeats(how, made({item(2, {}), item(2, {})}).scopes));
  how.begin = 4;  // behind something else, two items are asked for
  EXPECT_FALSE(repeats(how, made({payload(4, 9) + alike}).scopes));
  EXPECT_TRUE(repeats(how, made({payload(4, 9) + alike + alike}).scopes));
}

TEST(item_lists, items_inside_items_are_cut_though_all_are_alike) {
  std::mt19937_64 random(seed);
  std::vector<payload> payloads;
  for (int i = 0; i < 60; ++i) {
    const auto inner = item(3, payload{1, 0, 0, 12}) + item(0, payload{2, 0, 0, 5});
    payloads.push_back(item(0x21, payload{1, 1, 0, 2} + inner) +
                       item(0x28, noise(random, 16 + random() % 60)) +
                       item(0, noise(random, 12 + random() % 60)));
  }
  const auto group = group_of(payloads);
  const auto found = boundaries(infer(group), group, 0);
  for (const auto inner_length : {10U, 18U}) {
    EXPECT_EQ(std::ranges::count(found, inner_length), 1) << "length at " << inner_length;
    EXPECT_EQ(std::ranges::count(found, inner_length + 1), 0);
    EXPECT_EQ(std::ranges::count(found, inner_length + 2), 1);
  }
}

std::vector<payload> calls_and_answers() {
  std::mt19937_64 random(seed);
  std::vector<payload> out;
  const std::vector<std::string> answers{"200 OK", "404 Not found", "180 Ringing"};
  for (std::size_t i = 0; i < 60; ++i) {
    const auto target = std::to_string(random() % 100000);
    out.push_back(text((i % 4 == 0 ? "INVITE u:" : "BYE u:") + target + " V/1\r\nTo: a\r\n"));
    out.push_back(text("V/1 " + answers[i % 3] + "\r\nTo: a\r\n"));
  }
  return out;
}

TEST(status_codes, answers_are_told_apart_by_their_code_and_requests_by_their_word_alone) {
  const auto group = group_of(calls_and_answers(), true);
  const auto how = infer(group);
  EXPECT_EQ(how.types.size(), 5U);
  ASSERT_EQ(how.pick.keywords.size(), 2U);
  EXPECT_TRUE(how.pick.types.contains({"INVITE"}));
  EXPECT_TRUE(how.pick.types.contains({"BYE"}));
  EXPECT_TRUE(how.pick.types.contains({"V/1", "404"}));
  EXPECT_FALSE(check(how));
}

TEST(status_codes, a_request_to_a_new_place_is_of_its_known_type_and_a_new_word_of_one_new_type) {
  const auto how = infer(group_of(calls_and_answers(), true));
  const auto more = group_of({text("BYE u:new V/1\r\nTo: a\r\n"), text("PING u:1 V/1\r\nTo: a\r\n"),
                              text("PING u:2 V/1\r\nTo: a\r\n")});
  const auto found = refine(how, more, {}, test::shipped_cuts());
  EXPECT_EQ(found.what.types.size(), how.types.size() + 1);
  EXPECT_TRUE(found.what.pick.types.contains({"PING"}));
}

/// By keyword value and size: so many messages each.
typed_messages typed_by_first_byte(const std::vector<std::array<std::uint8_t, 3>>& kinds) {
  std::vector<payload> out;
  for (const auto& [value, size, times] : kinds) {
    for (int i = 0; i < times; ++i) out.push_back(payload{value} + payload(size - 1U));
  }
  auto typed = assign_types(group_of(out), {{keyword::source::bytes, 0, 1}});
  merge_sizes(typed);
  return typed;
}

TEST(merged_types, are_those_whose_keyword_says_how_many_bytes_follow) {
  const auto typed =
      typed_by_first_byte({{200, 9, 3}, {4, 6, 2}, {5, 7, 2}, {6, 8, 2}, {9, 11, 2}, {7, 9, 1}});
  ASSERT_EQ(typed.types.size(), 2U);
  EXPECT_EQ(typed.types[1].seen, 9U);
  EXPECT_EQ(typed.types[1].shortest, 6U);
  EXPECT_EQ(typed.types[1].longest, 11U);
  EXPECT_EQ(typed.types[1].evidence,
            std::vector<std::string>{"byte 0 says how many bytes follow: 5 values are one type"});
  EXPECT_EQ(typed.pick.types.size(), 6U) << "each value still picks";
  EXPECT_EQ(typed.pick.fallback, 1U);
  EXPECT_EQ(typed.type_of, (std::vector<std::uint32_t>{0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1}));
}

TEST(merged_types, are_not_three_that_come_again_nor_those_of_any_size) {
  EXPECT_EQ(
      typed_by_first_byte({{4, 6, 2}, {5, 7, 2}, {6, 8, 2}, {7, 9, 1}, {8, 10, 1}}).types.size(),
      5U);
  EXPECT_EQ(
      typed_by_first_byte({{4, 6, 2}, {5, 7, 2}, {6, 8, 2}, {7, 9, 2}, {7, 8, 1}}).types.size(),
      4U);
}

TEST(status_codes, count_only_behind_their_words_also_where_all_words_had_some) {
  std::vector<payload> answers;
  for (int i = 0; i < 60; ++i) {
    answers.push_back(
        text((i % 2 == 0 ? "V/1 " : "V/2 ") + std::to_string(200 + i / 30) + " x\r\n"));
  }
  const auto how = infer(group_of(answers));
  ASSERT_EQ(how.pick.keywords.size(), 2U);
  const auto more = group_of({text("PING u:1 V/1\r\n"), text("PING u:2 V/1\r\n")});
  const auto found = refine(how, more, {}, test::shipped_cuts());
  EXPECT_EQ(found.what.types.size(), how.types.size() + 1);
  EXPECT_TRUE(found.what.pick.types.contains({"PING"}));
}

TEST(narrowing, is_read_back_from_a_selector_and_absent_where_all_keywords_count) {
  selector pick;
  pick.keywords.resize(2);
  pick.types = {{{"a", "1"}, 0}, {{"a", "2"}, 1}};
  EXPECT_FALSE(narrowing_of(pick));
  pick.types[{"b"}] = 2;
  const narrowing expected{{{"a"}, {"1", "2"}}};
  EXPECT_EQ(narrowing_of(pick), expected);
}

}  // namespace
