// Parts of varying size: strings behind their length, records, UTF-16, prose in frames; and that
// none of them is seen in noise.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "actors/pipeline/grammar/keyword_vetoes.hpp"
#include "actors/pipeline/grammar/keywords.hpp"
#include "actors/pipeline/grammar/prefixed_text.hpp"
#include "actors/pipeline/grammar/record_lists.hpp"
#include "actors/pipeline/grammar/text_shape.hpp"
#include "actors/pipeline/grammar/wide_text.hpp"
#include "tests/actors/pipeline/grammar/made_traffic.hpp"

namespace {

using namespace troupe;
using namespace troupe::grammar;
using namespace troupe::test;

constexpr std::uint64_t seed = 20260722;

payload words(std::mt19937_64& random, std::size_t size) {
  payload out(size);
  for (auto& byte : out) byte = static_cast<std::uint8_t>('a' + random() % 26);
  return out;
}

payload little(std::uint64_t value, std::size_t width) {
  auto out = big(value, width);
  return {out.rbegin(), out.rend()};
}

/// A code, a string behind its length, then a number.
template <class Prefix>
std::vector<payload> with_strings(Prefix prefix) {
  std::mt19937_64 random(seed);
  std::vector<payload> out;
  for (int i = 0; i < 40; ++i) {
    const auto size = 4 + random() % 9;
    out.push_back(big(0x8100 + random() % 2, 2) + prefix(size) + words(random, size) +
                  big(0x80000000U + random() % 1000, 4));
  }
  return out;
}

TEST(prefixed_text, the_width_and_order_of_lengths_are_learnt_from_all_strings) {
  const made one(with_strings([](auto size) { return big(size, 1); }));
  EXPECT_EQ(learn_prefix(one.scopes), (text_prefix{1, byte_order::big}));
  const made two(with_strings([](auto size) { return big(size, 2); }));
  EXPECT_EQ(learn_prefix(two.scopes), (text_prefix{2, byte_order::big}));
  const made four(with_strings([](auto size) { return little(size, 4); }));
  EXPECT_EQ(learn_prefix(four.scopes), (text_prefix{4, byte_order::little}));
}

TEST(prefixed_text, begins_at_its_length_and_the_columns_behind_it_line_up) {
  const auto payloads = with_strings([](auto size) { return big(size, 2); });
  const made traffic(payloads);
  EXPECT_EQ(find_prefixed(traffic.scopes, {2, byte_order::big}, 64), 2U);
  const auto found = infer(traffic.group);
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    const auto cuts = boundaries(found, traffic.group, i);
    const auto end = static_cast<std::uint32_t>(payloads[i].size()) - 4;
    for (const auto edge : {2U, 4U, end}) {
      EXPECT_TRUE(std::ranges::find(cuts, edge) != cuts.end()) << "message " << i << " at " << edge;
    }
  }
}

TEST(prefixed_text, text_without_lengths_has_no_prefix) {
  std::mt19937_64 random(seed);
  std::vector<payload> payloads;
  for (int i = 0; i < 60; ++i)
    payloads.push_back(big(0xff00, 2) + words(random, 4 + random() % 20));
  const made traffic(payloads);
  EXPECT_FALSE(learn_prefix(traffic.scopes)) << "seed " << seed;
}

TEST(record_lists, sizes_that_differ_by_one_number_show_records) {
  std::mt19937_64 random(seed);
  std::vector<payload> payloads;
  for (std::uint64_t i = 0; i < 40; ++i) {
    auto one = big(0x8181, 2);
    for (std::uint64_t record = 0; record < 1 + i % 6; ++record) {
      one = one + big(0, 2) + noise(random, 3) + big(7, 1);
    }
    payloads.push_back(one);
  }
  const made traffic(payloads);
  const auto found = find_records(traffic.scopes);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->begin, 2U);
  EXPECT_EQ(found->size, 6U);
  EXPECT_EQ(found->sizes, 6U);
}

TEST(record_lists, too_few_sizes_prove_nothing) {
  std::vector<payload> payloads;
  for (std::uint64_t i = 0; i < 40; ++i) payloads.push_back(payload((1 + i % 5) * 2, 1));
  // Four more sizes that are two apart are chance once in 16 times.
  EXPECT_FALSE(find_records(made(payloads).scopes));
}

TEST(record_lists, blocks_of_a_cipher_are_no_records) {
  std::mt19937_64 random(seed);
  std::vector<payload> payloads;
  for (std::uint64_t i = 0; i < 200; ++i) payloads.push_back(noise(random, 16 * (1 + i % 12)));
  EXPECT_FALSE(find_records(made(payloads).scopes)) << "seed " << seed;
}

TEST(wide_text, ends_behind_its_terminator) {
  EXPECT_EQ(wide_text_size(payload{'a', 0, 'b', 0, 0, 0, 9}), 6U);
  EXPECT_EQ(wide_text_size(payload{'a', 0, 'b', 0}), 4U);
  EXPECT_EQ(wide_text_size(payload{0, 0}), 0U);
  EXPECT_EQ(wide_text_size(payload{'a'}), 0U);
}

TEST(wide_text, is_one_field) {
  std::mt19937_64 random(seed);
  std::vector<payload> payloads;
  for (int i = 0; i < 40; ++i) {
    auto one = big(0x9000 + random() % 2, 2);
    for (const auto letter : words(random, 5 + random() % 5)) one = one + payload{letter, 0};
    payloads.push_back(one + payload{0, 0} + big(0x81828384 + random() % 9, 4));
  }
  const made traffic(payloads);
  EXPECT_EQ(find_wide_text(traffic.scopes, 16), 2U);
  const auto found = infer(traffic.group);
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    const auto end = static_cast<std::uint32_t>(payloads[i].size()) - 4;
    for (const auto cut : boundaries(found, traffic.group, i)) EXPECT_TRUE(cut <= 2 || cut >= end);
  }
}

TEST(framed_text, a_token_in_brackets_and_the_prose_behind_it_are_two_fields) {
  const std::vector<std::string> prose{"kernel: eth0 is up", "Jan 1 10:00, reboot", "a=1;b=2;c=3",
                                       "(root) command", "73: link down: port 4"};
  std::vector<payload> payloads;
  for (std::size_t i = 0; i < 30; ++i) {
    payloads.push_back(text("<2") + big('0' + i % 3, 1) + text(">") + text(prose[i % 5]));
  }
  const made traffic(payloads);
  const auto frame = find_frame(traffic.scopes);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->closing, '>');
  EXPECT_EQ(frame->longest, 4U);
  const auto found = infer(traffic.group);
  EXPECT_EQ(boundaries(found, traffic.group, 0), std::vector<std::uint32_t>{4});
}

TEST(framed_text, delimiters_that_agree_are_structure_and_no_prose) {
  std::vector<payload> payloads;
  for (std::uint8_t i = 0; i < 30; ++i) payloads.push_back(text("<1>user=") + big('A' + i, 1));
  EXPECT_FALSE(find_frame(made(payloads).scopes));
}

TEST(keywords, a_length_of_a_part_is_no_keyword) {
  std::vector<payload> payloads;
  std::mt19937_64 random(seed);
  for (std::uint64_t i = 0; i < 60; ++i) {
    const auto size = i % 6;
    payloads.push_back(big(random() % 2, 1) + big(size, 1) + noise(random, size + 3 * (i / 6 % 2)));
  }
  const made traffic(payloads);
  EXPECT_TRUE(measures_size(traffic.from, 1)) << "seed " << seed;
  EXPECT_FALSE(measures_size(traffic.from, 0)) << "seed " << seed;
}

TEST(infer_format, noise_of_any_sizes_has_no_boundaries) {
  std::mt19937_64 random(seed);
  for (const std::uint64_t step : {1U, 8U, 16U}) {
    for (const std::size_t count : {20U, 100U, 400U}) {
      std::vector<payload> payloads;
      for (std::size_t i = 0; i < count; ++i) {
        payloads.push_back(noise(random, 32 + step * (random() % 12)));
      }
      const auto group = group_of(payloads, true);
      const auto found = infer(group);
      std::size_t cuts = 0;
      std::size_t offsets = 0;
      for (std::size_t i = 0; i < count; ++i) {
        cuts += boundaries(found, group, i).size();
        offsets += payloads[i].size() - 1;
      }
      EXPECT_LE(static_cast<double>(cuts), 0.01 * static_cast<double>(offsets))
          << count << " messages, sizes in steps of " << step << ", seed " << seed;
    }
  }
}

}  // namespace
