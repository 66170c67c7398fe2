#include "actors/cache/saved_page.hpp"

#include <gtest/gtest.h>

#include <random>

#include "actors/cache/result_cache.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr page_stamp noon{{1, 2}, 100s, 1000s};

cached_entry entry(std::uint64_t n, duration age = 5s, std::size_t name_bytes = 1) {
  auto result = std::make_shared<discovery_result>();
  result->group = std::string(name_bytes, 'g');
  const auto weight = weight_of(*result);
  return {{n, n}, std::move(result), 7, age, weight};
}

std::string page_of(std::uint64_t entries, std::uint64_t next = 0) {
  page_writer out;
  for (std::uint64_t n = 0; n < entries; ++n) EXPECT_TRUE(out.add(entry(n)));
  return out.finish(next, noon);
}

page_head head_of(const std::string& page) { return std::get<page_head>(read_page_head(page)); }

warm_batch read(const std::string& page, std::optional<duration> elapsed = 0s) {
  return read_page_body(head_of(page), std::string_view(page).substr(page_head_bytes), elapsed,
                        {"answers", 1000, 40});
}

TEST(saved_page, what_is_read_is_what_was_written_and_older_by_the_time_between) {
  const auto page = page_of(3, 9);
  EXPECT_EQ(head_of(page).next, 9U);
  const auto got = read(page, 2s);
  ASSERT_EQ(got.entries.size(), 3U);
  EXPECT_EQ(got.entries[2].key, (content_hash{2, 2}));
  EXPECT_EQ(got.entries[2].model_version, 7U);
  EXPECT_EQ(got.entries[2].age, 7s);
  EXPECT_EQ(got.entries[2].result->group, "g");
  EXPECT_EQ(got.entries[2].bytes, entry(2).bytes);
  EXPECT_FALSE(got.last);
  EXPECT_FALSE(got.problem);
  EXPECT_EQ(got.bytes, page.size());
  EXPECT_TRUE(read(page_of(0)).last);
}

TEST(saved_page, an_age_that_no_time_can_hold_is_the_longest) {
  EXPECT_EQ(read(page_of(1), duration::max()).entries.at(0).age, duration::max());
}

TEST(saved_page, what_is_of_the_future_is_expired) {
  const auto got = read(page_of(2), std::nullopt);
  EXPECT_TRUE(got.entries.empty());
  EXPECT_EQ(got.refused.of(warm_outcome::expired), 2U);
  EXPECT_NE(got.problem.what.find("clock"), std::string::npos);
}

TEST(saved_page, the_monotonic_clock_counts_within_one_run_of_a_machine) {
  EXPECT_EQ(since(noon, {{1, 2}, 103s, 700s}), 3s);  // set back by 300 s meanwhile
  EXPECT_EQ(since(noon, {{1, 2}, 99s, 2000s}), std::nullopt);
  EXPECT_EQ(since(noon, {{3, 4}, 1s, 1004s}), 4s);  // started again
  EXPECT_EQ(since(noon, {{3, 4}, 1s, 1000s}), 0s);
  EXPECT_EQ(since(noon, {{3, 4}, 1s, 1000s - 1ns}), std::nullopt);
  EXPECT_EQ(since({{}, 1s, 5s}, {{}, 9s, 6s}), 1s);  // a machine that does not name its runs
  EXPECT_EQ(since({{1, 2}, duration::min(), 5s}, noon), std::nullopt);
}

TEST(saved_page, a_page_takes_exactly_its_limit) {
  page_writer one(1U << 20U);
  ASSERT_TRUE(one.add(entry(1)));
  const auto bytes = one.finish(0, noon).size() - page_head_bytes;
  page_writer two(2 * bytes);
  EXPECT_TRUE(two.add(entry(1)));
  EXPECT_TRUE(two.add(entry(2)));
  EXPECT_FALSE(two.add(entry(3)));
  EXPECT_EQ(two.entries(), 2U);
}

TEST(saved_page, what_no_page_can_hold_is_left_out) {
  page_writer small(1000);
  EXPECT_TRUE(small.add(entry(1, 0s, 2000)));
  EXPECT_EQ(small.entries(), 0U);
}

TEST(saved_page, a_damaged_entry_is_named_and_those_behind_it_are_read) {
  auto page = page_of(3);
  const auto one = (page.size() - page_head_bytes) / 3;
  page[page_head_bytes + one + 40] ^= 1;
  const auto got = read(page);
  EXPECT_EQ(got.entries.size(), 2U);
  EXPECT_EQ(got.refused.of(warm_outcome::damaged), 1U);
  EXPECT_EQ(got.problem.what,
            "answers: entry 41 at offset " + std::to_string(1064 + one) + " is damaged");
}

TEST(saved_page, an_entry_of_another_format_is_told_from_a_damaged_one) {
  auto page = page_of(2);
  page[page_head_bytes + 4 + 4] ^= 1;  // the number of the codec's format
  const auto got = read(page);
  EXPECT_EQ(got.refused.of(warm_outcome::foreign_format), 1U);
  EXPECT_EQ(got.entries.size(), 1U);
}

TEST(saved_page, where_a_page_breaks_off_the_rest_is_damaged) {
  const auto page = page_of(3);
  const auto got = read(page.substr(0, page.size() - 1));
  EXPECT_EQ(got.entries.size(), 2U);
  EXPECT_EQ(got.refused.of(warm_outcome::damaged), 1U);
  EXPECT_NE(got.problem.what.find("entry 42 at offset "), std::string::npos);
  EXPECT_NE(got.problem.what.find("breaks off"), std::string::npos);
}

TEST(saved_page, what_is_behind_the_last_entry_is_said) {
  EXPECT_NE(read(page_of(1) + "x").problem.what.find("entry 41"), std::string::npos);
}

TEST(saved_page, a_head_that_is_not_ours_is_told_from_a_damaged_one) {
  const auto page = page_of(1);
  EXPECT_EQ(std::get<misread>(read_page_head("")), misread::foreign_format);
  EXPECT_EQ(std::get<misread>(read_page_head("<html>")), misread::foreign_format);
  EXPECT_EQ(std::get<misread>(read_page_head(page.substr(0, page_head_bytes - 1))),
            misread::damaged);
  auto newer = page;
  newer[4] = 2;
  EXPECT_EQ(std::get<misread>(read_page_head(newer)), misread::foreign_format);
  for (std::size_t i = 8; i < page_head_bytes; ++i) {
    auto bad = page;
    bad[i] ^= 0x10;
    ASSERT_EQ(std::get<misread>(read_page_head(bad)), misread::damaged) << i;
  }
}

TEST(saved_page, no_single_changed_bit_brings_another_answer) {
  const auto page = page_of(3);
  std::mt19937_64 random(20260101);
  for (int i = 0; i < 2000; ++i) {
    auto bad = page;
    const auto at = page_head_bytes + random() % (page.size() - page_head_bytes);
    bad[at] = static_cast<char>(bad[at] ^ (1 << random() % 8));
    const auto got = read(bad);
    EXPECT_TRUE(got.problem) << at;
    EXPECT_LT(got.entries.size(), 3U) << at;
    for (const auto& one : got.entries) EXPECT_EQ(one.result->group, "g") << at;
  }
}

}  // namespace
}  // namespace troupe
