#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "actors/pipeline/grammar/ber_shape.hpp"
#include "actors/pipeline/grammar/checksum_fields.hpp"
#include "actors/pipeline/grammar/choices.hpp"
#include "actors/pipeline/grammar/cuts.hpp"
#include "actors/pipeline/grammar/item_lists.hpp"
#include "actors/pipeline/grammar/keywords.hpp"
#include "actors/pipeline/grammar/kinds.hpp"
#include "actors/pipeline/grammar/length_fields.hpp"
#include "actors/pipeline/grammar/name_chains.hpp"
#include "actors/pipeline/grammar/opaque_tail.hpp"
#include "actors/pipeline/grammar/text_shape.hpp"
#include "actors/pipeline/parser/checksums.hpp"
#include "tests/actors/pipeline/grammar/made_traffic.hpp"

namespace troupe::grammar {
namespace {

using namespace troupe::test;

std::vector<payload> with_length(std::size_t width, std::uint64_t bias, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<payload> out;
  for (int i = 0; i < 60; ++i) {
    const auto rest = noise(random, 10 + random() % 900);
    out.push_back(payload{7, 7} + big(rest.size() + bias, width) + rest);
  }
  return out;
}

TEST(length_fields, a_big_endian_length_of_the_rest_is_found_with_its_bias) {
  const made traffic(with_length(2, 0, 1));
  const auto found = find_length_field(traffic.scopes, 0.95, 3);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->offset + found->width, 4U);
  EXPECT_EQ(found->order, byte_order::big);
  EXPECT_EQ(found->bias, 4);
}

TEST(length_fields, a_little_endian_length_is_found_with_its_zero_bytes) {
  auto payloads = with_length(4, 6, 2);
  for (auto& one : payloads) std::reverse(one.begin() + 2, one.begin() + 6);
  const made traffic(payloads);
  const auto found = find_length_field(traffic.scopes, 0.95, 3);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->order, byte_order::little);
  EXPECT_EQ(found->offset, 2U);
  EXPECT_EQ(found->width, 4U);
  EXPECT_EQ(found->bias, 0);
}

TEST(length_fields, messages_of_one_size_prove_no_length_field) {
  const made traffic(std::vector<payload>(20, payload{0, 0, 0, 4}));
  EXPECT_FALSE(find_length_field(traffic.scopes, 0.95, 2));
}

payload ber(std::uint8_t tag, const payload& value) {
  return payload{tag, static_cast<std::uint8_t>(value.size())} + value;
}

TEST(ber_shapes, a_tree_behind_a_header_is_found_where_it_begins) {
  std::vector<payload> payloads;
  for (std::uint8_t i = 0; i < 20; ++i) {
    payloads.push_back(payload{9, 9, i} +
                       ber(0x30, ber(2, {i}) + ber(4, payload(i, 'x')) + ber(5, {})));
  }
  const made traffic(payloads);
  const auto found = find_ber(traffic.scopes);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->begin, 3U);
}

TEST(ber_shapes, a_tree_begins_within_every_scope_also_those_that_are_not_looked_at) {
  std::vector<payload> payloads;
  for (int i = 0; i < 300; ++i)
    payloads.push_back(payload{9, 9, 9, 9} + ber(0x30, ber(2, {1}) + ber(4, {}) + ber(5, {})));
  payloads[1] = {9, 9};
  const made traffic(payloads);
  const auto found = find_ber(traffic.scopes);
  EXPECT_TRUE(!found || found->begin < 2);
}

TEST(ber_shapes, the_chance_of_another_tag_counts_flows_and_not_tags) {
  std::vector<payload> payloads;
  for (std::uint8_t i = 0; i < 10; ++i) {
    payload elements;
    for (std::uint8_t tag = 1; tag < 10; ++tag) elements = elements + ber(tag, {});
    payloads.push_back(ber(0x30, elements + ber(i == 3 ? 11 : 10, {})));
  }
  made traffic(payloads);
  for (std::uint32_t i = 0; i < traffic.from.size(); ++i) traffic.from[i].flow = i;
  // All flows are new with one message each; one of ten had a tag of its own.
  EXPECT_DOUBLE_EQ(describe_tree(traffic.scopes, traffic.from, 0).unlisted.value(), 2.0 / 11);
}

TEST(ber_shapes, a_tree_knows_its_tags_and_the_messages_that_have_them) {
  std::vector<payload> payloads;
  for (std::uint8_t i = 0; i < 20; ++i) {
    payloads.push_back(ber(0x30, ber(2, {i}) + ber(2, {1}) + ber(i == 0 ? 5 : 4, {})));
  }
  const made traffic(payloads);
  const auto tree = describe_tree(traffic.scopes, traffic.from, 0);
  const std::vector<known_value> tags{{"\x02", 20}, {"\x30", 20}, {"\x04", 19}, {"\x05", 1}};
  EXPECT_EQ(tree.tags, tags);
  // One flow: a message of a new one (1 in 21) has a tag of its own; of 20 known messages one had.
  EXPECT_DOUBLE_EQ(tree.unlisted.value(), 1.0 / 21 + 20.0 / 21 * 1 / 20);
}

TEST(ber_shapes, zero_bytes_are_no_tree) {
  EXPECT_EQ(count_ber_elements(payload(12, 0)), 0U);
  EXPECT_TRUE(is_ber_tag(ber(0x30, ber(2, {1}) + ber(4, {2, 3})), 5));
  EXPECT_FALSE(is_ber_tag(ber(0x30, ber(2, {1}) + ber(4, {2, 3})), 4));
}

TEST(name_chains, labels_end_with_zero_or_a_pointer) {
  EXPECT_EQ(read_chain(text("\3www\2ab") + payload{0, 9}).size, 8U);
  EXPECT_EQ(read_chain(text("\3www") + payload{0xc0, 12, 9}).size, 6U);
  EXPECT_EQ(read_chain(text("\3www\2ab")).size, 0U);
  EXPECT_EQ(read_chain(payload{2, 1, 2, 0}).size, 0U);
}

TEST(name_chains, a_chain_at_one_offset_of_all_messages_is_found) {
  std::vector<payload> payloads;
  for (int i = 0; i < 10; ++i) {
    payloads.push_back(big(static_cast<std::uint64_t>(i), 2) + text("\3abc\4") +
                       big(0x61626364U + static_cast<unsigned>(i), 4) + payload{0, 0, 1});
  }
  const made traffic(payloads);
  EXPECT_EQ(find_chain(traffic.scopes, 64), std::optional<std::uint32_t>(2));
}

TEST(opaque_tails, encrypted_bytes_behind_a_header_begin_where_the_header_ends) {
  std::mt19937_64 random(3);
  std::vector<payload> payloads;
  for (int i = 0; i < 40; ++i) payloads.push_back(payload{1, 0, 0, 64, 2, 0} + noise(random, 64));
  const made traffic(payloads);
  EXPECT_EQ(find_opaque_tail(traffic.scopes), std::optional<std::uint32_t>(6));
}

TEST(opaque_tails, a_single_message_shows_by_itself_that_it_ends_in_noise) {
  std::mt19937_64 random(5);
  const made one({payload{1, 0, 0, 64, 2, 0} + noise(random, 96)});
  const auto found = find_opaque_tail(one.scopes);
  ASSERT_TRUE(found);
  EXPECT_GE(*found, 6U) << "zeros are of the header";
  EXPECT_LE(*found, 6U + 32U);
  const made too_short({payload{1, 0, 0, 64, 2, 0} + noise(random, 25)});
  EXPECT_FALSE(find_opaque_tail(too_short.scopes));
}

TEST(opaque_tails, long_noise_in_a_few_messages_is_found_from_its_beginning) {
  std::mt19937_64 random(7);
  for (int repeat = 0; repeat < 20; ++repeat) {
    std::vector<payload> few;
    for (int i = 0; i < 5; ++i) few.push_back(payload{1, 0, 0, 64, 2, 0} + noise(random, 1400));
    const made traffic(few);
    const auto found = find_opaque_tail(traffic.scopes);
    ASSERT_TRUE(found) << repeat;
    EXPECT_LE(*found, 6U + 32U) << repeat;
  }
}

TEST(opaque_tails, a_message_of_one_letter_that_ends_in_noise_is_not_searched_beyond_the_limit) {
  std::mt19937_64 random(8);
  const made one({payload(1 << 20, 'a') + noise(random, 64)});
  EXPECT_FALSE(find_opaque_tail(one.scopes));
}

TEST(opaque_tails, two_messages_of_which_one_ends_in_a_structure_do_not_end_in_noise) {
  std::mt19937_64 random(6);
  const made mixed({payload{1, 0} + noise(random, 96), noise(random, 64) + payload(34, 7)});
  EXPECT_FALSE(find_opaque_tail(mixed.scopes));
  const made prose(
      {text("Whatever is printable is text and not noise, however much of it there is.\n")});
  EXPECT_FALSE(find_opaque_tail(prose.scopes));
}

TEST(opaque_tails, structured_columns_are_not_opaque) {
  std::vector<payload> payloads;
  for (std::uint64_t i = 0; i < 40; ++i) {
    payload one;
    for (std::uint64_t part = 0; part < 10; ++part) one = one + big(i * part, 4);
    payloads.push_back(one);
  }
  const made traffic(payloads);
  EXPECT_FALSE(find_opaque_tail(traffic.scopes));
}

std::vector<payload> listed(std::uint64_t seed, bool inclusive) {
  std::mt19937_64 random(seed);
  std::vector<payload> out;
  for (int i = 0; i < 30; ++i) {
    payload one{5, 5};
    for (std::uint64_t items = 2 + random() % 4; items > 0; --items) {
      const auto value = noise(random, 1 + random() % 9);
      one = one + big(1 + random() % 5, 2) + big(value.size() + (inclusive ? 4U : 0U), 2) + value;
    }
    out.push_back(one);
  }
  return out;
}

TEST(item_lists, items_with_type_and_length_are_found_with_their_widths) {
  const made traffic(listed(4, false));
  const auto found = find_items(traffic.scopes);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->begin, 2U);
  EXPECT_EQ(found->header(), 4U);
  EXPECT_FALSE(found->counts_header);
}

TEST(item_lists, a_length_may_count_its_own_header) {
  const made traffic(listed(5, true));
  const auto found = find_items(traffic.scopes);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->counts_header);
}

TEST(item_lists, random_bytes_are_no_list) {
  std::mt19937_64 random(6);
  std::vector<payload> payloads;
  for (int i = 0; i < 30; ++i) payloads.push_back(noise(random, 20 + random() % 60));
  const made traffic(payloads);
  EXPECT_FALSE(find_items(traffic.scopes));
}

TEST(item_lists, padding_to_a_multiple_of_four_belongs_to_the_item) {
  const item_list how{0, 1, 1, byte_order::big, false, 4, false, 0, 0, 0};
  const payload bytes{1, 1, 9, 0, 2, 2, 8, 8};
  const auto items = read_items(how, bytes);
  ASSERT_TRUE(items);
  ASSERT_EQ(items->size(), 2U);
  EXPECT_EQ((*items)[1].begin, 4U);
  EXPECT_FALSE(read_item(how, payload{1, 1, 9}, 0));
}

TEST(keywords, the_byte_that_decides_the_shape_is_the_keyword) {
  std::mt19937_64 random(7);
  std::vector<payload> payloads;
  for (int i = 0; i < 200; ++i) {
    const bool query = random() % 2 == 0;
    payloads.push_back(noise(random, 2) + payload{static_cast<std::uint8_t>(query ? 1 : 2)} +
                       (query ? payload(6, 0) : text("answer") + noise(random, 4)));
  }
  const made traffic(payloads);
  const auto found = choose_keywords(traffic.from, {});
  ASSERT_FALSE(found.keywords.empty());
  EXPECT_EQ(found.keywords.front().from, keyword::source::bytes);
  EXPECT_EQ(found.keywords.front().offset, 2U);
}

TEST(keywords, text_is_typed_by_its_first_word_that_varies) {
  const made traffic({text("v1 GET a\r\n"), text("v1 PUT b\r\n"), text("v1 GET c\r\n")});
  const auto found = choose_word(traffic.from);
  ASSERT_EQ(found.keywords.size(), 1U);
  EXPECT_EQ(found.keywords.front().offset, 1U);
}

TEST(keywords, a_word_without_end_of_values_is_no_type) {
  std::vector<payload> tagged;
  std::vector<payload> numbered;
  for (int i = 0; i < 600; ++i) {
    std::string number("a");
    number.append(std::to_string(i));
    tagged.push_back(text(number + (i % 2 == 0 ? " LOGIN x\r\n" : " FETCH 1\r\n")));
    numbered.push_back(text(std::to_string(1000 + i / 2).append("\r\n")));
  }
  const made by_second(tagged);
  const auto found = choose_word(by_second.from);
  ASSERT_EQ(found.keywords.size(), 1U);
  EXPECT_EQ(found.keywords[0].offset, 1U);
  const made by_none(numbered);
  EXPECT_TRUE(choose_word(by_none.from).keywords.empty());
}

TEST(text_shapes, style_follows_delimiters_and_words) {
  const made commands({text("USER anonymous\r\n"), text("PASS some word\r\n")});
  EXPECT_EQ(shape_of_text(commands.scopes).first_line, text_lines::style::words);
  const made tokens({text("a=1;b=<2>\r\nc={3},d=4\r\n")});
  EXPECT_EQ(shape_of_text(tokens.scopes).other_lines, text_lines::style::delimited);
  const made named({text("GET / HTTP/1.1\r\nHost: a.example\r\nAccept: a/b;q=0.9,c\r\n\r\n")});
  EXPECT_EQ(shape_of_text(named.scopes).first_line, text_lines::style::words);
  EXPECT_EQ(shape_of_text(named.scopes).other_lines, text_lines::style::named);
  const made half({text("x\r\nHost: a.example\r\nb c d\r\n")});
  EXPECT_EQ(shape_of_text(half.scopes).other_lines, text_lines::style::words) << "no majority";
  const made times({text("12:30:01 started\r\n12:30:02 well so far\r\nhttp://a/b is\r\n")});
  EXPECT_EQ(shape_of_text(times.scopes).other_lines, text_lines::style::words) << "no names";
  const made lines({text("+OK\r\n$5\r\nhello\r\n")});
  EXPECT_EQ(shape_of_text(lines.scopes).first_line, text_lines::style::whole);
}

TEST(cuts, big_endian_words_begin_where_variety_falls) {
  std::mt19937_64 random(8);
  std::vector<payload> payloads;
  for (int i = 0; i < 100; ++i) {
    payload one;
    for (int word = 0; word < 8; ++word) one = one + big(random() % 900, 2);
    payloads.push_back(one);
  }
  const made traffic(payloads);
  const auto table = describe_columns(traffic.scopes, traffic.from, 16);
  const auto weights = test::shipped_cuts().weights;
  EXPECT_EQ(choose_cuts(boundary_log_odds(table, judge_gaps(table, {}, byte_order::big, weights),
                                          byte_order::big, weights)),
            (std::vector<std::uint32_t>{0, 2, 4, 6, 8, 10, 12, 14}));
}

double evidence_named(const gap_evidence& in, std::string_view name) {
  const auto at = std::ranges::find(gap_evidence_names, name);
  return in.at(static_cast<std::size_t>(at - gap_evidence_names.begin()));
}

TEST(cuts, evidence_of_all_messages_and_of_the_start_counts_where_offsets_are_the_same) {
  const made traffic({{7, 7, 1}, {7, 7, 2}, {7, 7, 3}});
  const auto table = describe_columns(traffic.scopes, traffic.from, 3);
  const std::vector<double> whole{9, 9, 9, 9, 9, 2};  // up to offset 5
  const auto judged = judge_gaps(table, {4, true, whole}, byte_order::big, {});
  EXPECT_DOUBLE_EQ(evidence_named(judged[1], "whole_messages"), std::tanh(1.0));
  EXPECT_EQ(evidence_named(judged[2], "whole_messages"), 0) << "beyond what was compared";
  EXPECT_DOUBLE_EQ(evidence_named(judged[2], "near_start"), std::exp(-6.0 / 24));
  EXPECT_EQ(evidence_named(judged[1], "right_constant"), 1);
  EXPECT_EQ(evidence_named(judged[1], "both_constant"), 1);
  EXPECT_EQ(evidence_named(judged[2], "right_constant"), 0);
  EXPECT_EQ(evidence_named(judged[2], "left_constant"), 1);
  EXPECT_EQ(evidence_named(judged[2], "both_constant"), 0);
  EXPECT_EQ(evidence_named(judged[1], "odd_place"), 1);
  const auto elsewhere = judge_gaps(table, {4, false, whole}, byte_order::big, {});
  EXPECT_EQ(evidence_named(elsewhere[1], "whole_messages"), 0);
  EXPECT_EQ(evidence_named(elsewhere[1], "near_start"), 0);
}

TEST(choices, the_field_that_tells_the_size_picks_the_rest) {
  std::vector<payload> payloads;
  for (std::uint8_t i = 0; i < 40; ++i) {
    payloads.push_back(payload{i, static_cast<std::uint8_t>(i % 2)} +
                       payload(i % 2 == 0 ? 3 : 8, 1));
  }
  const made traffic(payloads);
  const std::vector<placed_field> fields{{0, 0, 1}, {1, 1, 1}};
  const auto found = find_choice(traffic.scopes, fields);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->element, 1U);
}

TEST(checksum_fields, a_checksum_is_verified_by_computation) {
  std::mt19937_64 random(9);
  std::vector<payload> payloads;
  for (int i = 0; i < 20; ++i) {
    const auto body = noise(random, 12);
    payloads.push_back(body +
                       big(checksum_of(checksum_relation::algorithm::crc16_modbus, body), 2));
  }
  const made traffic(payloads);
  auto last = describe_field(traffic.scopes, traffic.from, 12, 2, byte_order::big);
  judge_checksum(last, traffic.scopes, traffic.from, 12);
  EXPECT_EQ(last.kind, field_kind::checksum);
  auto other = describe_field(traffic.scopes, traffic.from, 4, 2, byte_order::big);
  judge_checksum(other, traffic.scopes, traffic.from, 4);
  EXPECT_EQ(other.kind, field_kind::number);
}

}  // namespace
}  // namespace troupe::grammar
