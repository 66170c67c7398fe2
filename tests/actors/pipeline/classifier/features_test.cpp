#include "actors/pipeline/classifier/features.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "actors/pipeline/classifier/opening.hpp"
#include "tests/actors/pipeline/classifier/toy_flows.hpp"

namespace troupe {
namespace {

constexpr feature_group all_groups[] = {feature_group::anchored, feature_group::paired,
                                        feature_group::mixed, feature_group::token};

std::vector<std::uint8_t> text(std::string_view from) { return {from.begin(), from.end()}; }

feature_set set_of(transport l4, const std::vector<std::vector<std::uint8_t>>& messages) {
  feature_set features;
  features.restart(l4);
  for (const auto& bytes : messages) {
    features.add_message(bytes, static_cast<std::uint32_t>(bytes.size()));
  }
  return features;
}

std::set<feature_key> keys_of(const feature_set& features, feature_group group) {
  const auto keys = features.keys(group);
  return {keys.begin(), keys.end()};
}

TEST(features, a_feature_of_two_messages_is_counted_once) {
  const auto once = set_of(transport::udp, {text("abcdefgh")});
  const auto twice = set_of(transport::udp, {text("abcdefgh"), text("abcdefgh")});
  for (const auto group : all_groups) {
    EXPECT_EQ(once.keys(group).size(), twice.keys(group).size());
  }
}

TEST(features, udp_and_tcp_have_no_feature_in_common) {
  const auto udp = keys_of(set_of(transport::udp, {text("abcdefgh")}), feature_group::anchored);
  const auto tcp = keys_of(set_of(transport::tcp, {text("abcdefgh")}), feature_group::anchored);
  std::vector<feature_key> common;
  std::ranges::set_intersection(udp, tcp, std::back_inserter(common));
  EXPECT_TRUE(common.empty());
}

TEST(features, an_empty_message_has_none) {
  const auto features = set_of(transport::udp, {{}});
  for (const auto group : all_groups) EXPECT_TRUE(features.keys(group).empty());
}

TEST(features, anchored_values_exist_only_where_the_message_is_long_enough) {
  EXPECT_EQ(set_of(transport::udp, {{7}}).keys(feature_group::anchored).size(), 1U);
  EXPECT_EQ(set_of(transport::udp, {{7, 8}}).keys(feature_group::anchored).size(), 2U);
  const auto whole = set_of(transport::udp, {text("0123456789abcdef")});
  EXPECT_EQ(whole.keys(feature_group::anchored).size(), anchors.size());
}

TEST(features, an_anchored_key_is_the_one_in_the_set) {
  const auto bytes = text("0123456789abcdef");
  const auto keys = keys_of(set_of(transport::tcp, {bytes}), feature_group::anchored);
  for (const anchor at : anchors) {
    EXPECT_TRUE(keys.contains(anchored_key(transport::tcp, at, bytes)));
  }
}

TEST(features, only_the_first_ten_bytes_are_paired) {
  const auto ten = set_of(transport::udp, {text("0123456789")});
  const auto more = set_of(transport::udp, {text("0123456789abcdefghijk")});
  EXPECT_EQ(ten.keys(feature_group::paired).size(), 45U);
  EXPECT_EQ(keys_of(ten, feature_group::paired), keys_of(more, feature_group::paired));
}

TEST(features, an_integer_that_measures_the_message_is_a_mixed_feature) {
  std::vector<std::uint8_t> bytes(40, 0xff);
  bytes[2] = 0;
  bytes[3] = 36;  // the rest behind a header of four bytes
  EXPECT_FALSE(set_of(transport::tcp, {bytes}).keys(feature_group::mixed).empty());
  bytes[3] = 41;  // more than there is
  EXPECT_TRUE(set_of(transport::tcp, {bytes}).keys(feature_group::mixed).empty());
}

TEST(features, the_length_on_the_wire_counts_not_what_was_kept) {
  std::vector<std::uint8_t> bytes(20, 0xff);
  bytes[0] = 0x05;
  bytes[1] = 0xdc;  // 1500
  feature_set features;
  features.restart(transport::udp);
  features.add_message(bytes, 1500);
  EXPECT_FALSE(features.keys(feature_group::mixed).empty());
}

TEST(features, words_are_found_at_any_place_and_the_first_one_is_special) {
  const auto first = keys_of(set_of(transport::tcp, {text("GET /x")}), feature_group::token);
  const auto later = keys_of(set_of(transport::tcp, {text("<< GET >>")}), feature_group::token);
  const auto moved = keys_of(set_of(transport::tcp, {text("<<<< GET")}), feature_group::token);
  EXPECT_EQ(first.size(), 1U);
  EXPECT_NE(first, later);
  EXPECT_EQ(later, moved);
}

TEST(features, what_is_new_is_a_suffix) {
  feature_set features;
  features.restart(transport::udp);
  features.add_message(text("first message"), 13);
  const auto before = features.keys(feature_group::anchored);
  const std::vector<feature_key> kept(before.begin(), before.end());
  features.add_message(text("second message"), 14);
  const auto after = features.keys(feature_group::anchored);
  ASSERT_GT(after.size(), kept.size());
  EXPECT_TRUE(std::ranges::equal(kept, after.first(kept.size())));
}

TEST(features, random_messages_never_repeat_a_key) {
  constexpr std::uint64_t seed = 20'261;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  feature_set features;
  for (int flow = 0; flow < 200; ++flow) {
    features.restart(flow % 2 == 0 ? transport::udp : transport::tcp);
    for (int i = 0; i < 16; ++i) {
      const auto bytes = toy::random_bytes(random, random() % 65);
      features.add_message(bytes, static_cast<std::uint32_t>(bytes.size() + random() % 3));
    }
    for (const auto group : all_groups) {
      EXPECT_EQ(keys_of(features, group).size(), features.keys(group).size());
    }
  }
}

TEST(opening, three_segments_of_each_direction_are_used) {
  std::vector<segment> segments(9);
  segments[8].dir = direction::server_to_client;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    segments[i].packet = static_cast<std::uint32_t>(i + 1);
  }
  const auto used = used_segments(segments);
  ASSERT_EQ(used.size(), 4U);
  EXPECT_EQ(used[2].packet, 3U);
  EXPECT_EQ(used[3].packet, 9U);
}

TEST(opening, a_segment_that_points_outside_has_the_bytes_that_are_there) {
  const std::vector<std::uint8_t> bytes(10);
  const flow_opening opening{transport::udp, {}, bytes};
  segment wrong;
  wrong.offset = 8;
  wrong.size = 100;
  EXPECT_EQ(opening.payload(wrong).size(), 2U);
  wrong.offset = 11;
  EXPECT_TRUE(opening.payload(wrong).empty());
}

TEST(opening, verdicts_are_possible_after_one_two_four_and_all_segments) {
  std::vector<std::size_t> stages;
  for (std::size_t i = 1; i <= 6; ++i) {
    if (is_stage(i, 6)) stages.push_back(i);
  }
  EXPECT_EQ(stages, (std::vector<std::size_t>{1, 2, 4, 6}));
}

}  // namespace
}  // namespace troupe
