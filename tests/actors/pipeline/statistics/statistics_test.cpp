#include "actors/pipeline/statistics/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>

#include "actors/pipeline/statistics/sampling.hpp"

namespace troupe {
namespace {

using bytes = std::vector<std::uint8_t>;

bytes of(const std::string& text) { return {text.begin(), text.end()}; }

traffic_group group_of(const std::vector<bytes>& payloads) {
  traffic_group out;
  out.flows.resize(1);
  for (const auto& payload : payloads) {
    message one;
    one.offset = static_cast<std::uint32_t>(out.bytes.size());
    one.size = static_cast<std::uint32_t>(payload.size());
    out.bytes.insert(out.bytes.end(), payload.begin(), payload.end());
    out.messages.push_back(one);
  }
  return out;
}

std::vector<bytes> random_payloads(std::size_t messages, std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<bytes> out(messages, bytes(size));
  for (auto& payload : out) {
    for (auto& byte : payload) byte = static_cast<std::uint8_t>(random());
  }
  return out;
}

TEST(statistics, an_empty_group_has_no_columns_and_unknown_content) {
  const auto found = compute_statistics({}, {});
  EXPECT_EQ(found.messages, 0U);
  EXPECT_TRUE(found.columns.empty());
  EXPECT_EQ(found.content, content_kind::unknown);
  EXPECT_FALSE(found.cut_short);
}

TEST(statistics, lengths_are_described_over_all_messages) {
  const auto found = compute_statistics(group_of({bytes(2), bytes(4), bytes(4), bytes(10)}), {});
  EXPECT_EQ(found.length.minimum, 2U);
  EXPECT_EQ(found.length.median, 4U);
  EXPECT_EQ(found.length.maximum, 10U);
  EXPECT_EQ(found.length.distinct, 3U);
  EXPECT_DOUBLE_EQ(found.length.mean, 5.0);
  EXPECT_EQ(found.bytes, 20U);
}

TEST(statistics, columns_tell_constants_enumerations_and_counters) {
  std::vector<bytes> payloads;
  for (std::uint8_t index = 0; index < 100; ++index) {
    payloads.push_back({0x2a, static_cast<std::uint8_t>(index % 3 == 0), index});
  }
  const auto columns = compute_statistics(group_of(payloads), {}).columns;
  ASSERT_EQ(columns.size(), 3U);
  EXPECT_TRUE(columns[0].constant);
  EXPECT_TRUE(columns[1].enumerated);
  EXPECT_FALSE(columns[1].counts_up);
  EXPECT_TRUE(columns[2].counts_up);
  EXPECT_EQ(columns[2].distinct, 100U);
}

TEST(statistics, one_message_has_no_constant_column) {
  const auto found = compute_statistics(group_of({of("\x01\x02")}), {});
  ASSERT_EQ(found.columns.size(), 2U);
  EXPECT_FALSE(found.columns[0].constant);
}

TEST(statistics, random_bytes_look_encrypted_with_the_evidence) {
  const auto found = compute_statistics(group_of(random_payloads(40, 200, 7)), {});
  EXPECT_EQ(found.content, content_kind::encrypted);
  ASSERT_FALSE(found.content_evidence.empty());
  EXPECT_NE(found.content_evidence.front().find("whole payload"), std::string::npos);
}

TEST(statistics, an_encrypted_tail_behind_a_plain_header_is_found) {
  auto payloads = random_payloads(40, 200, 8);
  for (auto& payload : payloads) std::fill_n(payload.begin(), 8, std::uint8_t{0});
  const auto found = compute_statistics(group_of(payloads), {});
  EXPECT_EQ(found.content, content_kind::encrypted);
  EXPECT_NE(found.content_evidence.front().find("byte 8"), std::string::npos);
}

TEST(statistics, printable_messages_are_text_and_their_runs_are_sampled) {
  const auto found = compute_statistics(
      group_of({of("HELLO one\r\n"), of("HELLO two\r\n"), of("HELLO three\r\n")}), {});
  EXPECT_EQ(found.content, content_kind::text);
  EXPECT_EQ(found.text_runs.front(), "HELLO one");
  ASSERT_FALSE(found.frequent.empty());
  EXPECT_EQ(found.frequent.front().bytes.substr(0, 5), "HELLO");
  EXPECT_EQ(found.frequent.front().seen, 3U);
}

TEST(statistics, messages_that_begin_with_a_zlib_header_are_compressed) {
  auto payloads = random_payloads(10, 100, 9);
  for (auto& payload : payloads) {
    payload[0] = 0x78;
    payload[1] = 0x9c;
  }
  EXPECT_EQ(compute_statistics(group_of(payloads), {}).content, content_kind::compressed);
}

TEST(statistics, few_hundred_random_bytes_cannot_be_told_from_encrypted_ones) {
  int missed = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto found = compute_statistics(group_of(random_payloads(1, 500, seed)), {});
    if (found.content != content_kind::encrypted) ++missed;
  }
  EXPECT_LE(missed, 1);
}

TEST(statistics, bytes_with_one_bit_of_redundancy_are_not_encrypted) {
  int wrong = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    auto payloads = random_payloads(1, 500, seed);
    for (auto& byte : payloads[0]) byte = static_cast<std::uint8_t>(byte & 0xf7U);
    if (compute_statistics(group_of(payloads), {}).content == content_kind::encrypted) ++wrong;
  }
  EXPECT_LE(wrong, 1);
}

TEST(statistics, a_counter_is_more_even_than_random_and_not_encrypted) {
  bytes counting;
  for (int value = 0; value < 200; ++value) counting.push_back(static_cast<std::uint8_t>(value));
  EXPECT_EQ(compute_statistics(group_of({counting}), {}).content, content_kind::plain);
}

TEST(statistics, too_little_to_tell_is_said) {
  for (const auto& payload : {random_payloads(1, 60, 3)[0], of("\n"), of("\x01\x02"), bytes{}}) {
    const auto found = compute_statistics(group_of({payload}), {});
    EXPECT_EQ(found.content, content_kind::unknown) << payload.size();
    EXPECT_FALSE(found.content_evidence.empty());
  }
}

TEST(statistics, a_short_message_that_repeats_bytes_is_plain) {
  bytes message(24, 0);
  message[3] = 7;
  message[9] = 200;
  EXPECT_EQ(compute_statistics(group_of({message}), {}).content, content_kind::plain);
}

TEST(statistics, a_stop_that_came_before_the_start_still_gives_a_result) {
  std::stop_source source;
  source.request_stop();
  const auto found = compute_statistics(group_of(random_payloads(500, 50, 1)),
                                        {quality_mode::balanced, 0, source.get_token()});
  EXPECT_TRUE(found.cut_short);
  EXPECT_EQ(found.messages, 500U);
}

TEST(sampling, a_large_group_is_sampled_in_order_without_repeats_and_reproducibly) {
  const auto group = group_of(std::vector<bytes>(5000, bytes(10)));
  const auto chosen = sample_messages(group, 300, 1U << 20U, 42);
  EXPECT_LE(chosen.size(), 300U);
  EXPECT_GE(chosen.size(), 200U);
  EXPECT_TRUE(std::is_sorted(chosen.begin(), chosen.end()));
  EXPECT_EQ(std::adjacent_find(chosen.begin(), chosen.end()), chosen.end());
  EXPECT_EQ(chosen, sample_messages(group, 300, 1U << 20U, 42));
}

TEST(sampling, the_byte_bound_holds_for_huge_messages) {
  const auto group = group_of(std::vector<bytes>(64, bytes(65536)));
  EXPECT_LE(sample_messages(group, 1000, 1U << 19U, 1).size(), 8U);
}

}  // namespace
}  // namespace troupe
