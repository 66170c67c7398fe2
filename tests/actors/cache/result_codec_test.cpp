#include "actors/cache/result_codec.hpp"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <random>

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr content_hash key{11, 12};

discovery_result full() {
  discovery_result out;
  out.id = {7};
  out.trace = {1, 2};
  out.input = {3, 4};
  out.group = "UDP/53";
  out.mode = quality_mode::accurate;
  out.stages.push_back({stage::grammar, stage_report::outcome::cut_short, "why", 3us, 4us});
  out.stages.back().wanted = false;
  out.budget = 100ms;
  out.took = 5ms;
  out.confidence = 0.25;
  auto stats = std::make_shared<statistics>();
  stats->histogram[255] = 9;
  stats->columns.push_back({1, 2, 3, 4.5, 5, 0.5, true, false, true});
  stats->frequent.push_back({std::string("\0\xff", 2), 4});
  stats->text_runs = {"abc", ""};
  stats->content = content_kind::text;
  out.found.stats = stats;
  auto grammar = std::make_shared<format>();
  message_type type;
  type.name = "t";
  field number;
  number.name = "f";
  number.kind = field_kind::checksum;
  number.values = {{"\x01", 2}};
  number.minimum = 3;
  number.measures = length_relation{length_relation::covers::items, 1, 2, -3};
  number.sums = checksum_relation{checksum_relation::algorithm::crc32, 1, 2};
  number.step = -1;
  list items;
  items.name = "l";
  items.item.push_back({number});
  items.end_mark = 0;
  choice either;
  either.cases["\x01"].push_back({items});
  either.otherwise.push_back({text_lines{}});
  type.elements = {
      {number}, {items}, {either}, {ber_tree{"b", 1, {"e"}, {{"0", 3}}, 0.25}}, {name_chain{}}};
  type.ends.sizes = {{4, 5}};
  grammar->types.push_back(type);
  grammar->pick.keywords.push_back({keyword::source::tag, 1, 2});
  grammar->pick.types[{"a", "b"}] = 0;
  grammar->transitions.push_back({0, 0, 3});
  out.found.grammar = grammar;
  auto parse = std::make_shared<parse_report>();
  parse->per_type = {1, 2};
  parse->failures.push_back({1, {2, "p", "r"}});
  out.found.parse = parse;
  auto protocol = std::make_shared<classification>();
  protocol->overall.label = "DNS";
  protocol->overall.candidates.push_back({"DNS", 0.9});
  protocol->flows.resize(2);
  protocol->model = "m";
  out.found.protocol = protocol;
  auto validity = std::make_shared<validation>();
  validity->violations_by_level[3] = 1;
  validity->violations.push_back({1, 2, validation_level::strict, "p", "r"});
  out.found.validity = validity;
  return out;
}

// findings compare their parts by address: those of a copy are looked at one by one.
void expect_same(const discovery_result& a, const discovery_result& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.trace, b.trace);
  EXPECT_EQ(a.input, b.input);
  EXPECT_EQ(a.group, b.group);
  EXPECT_EQ(a.mode, b.mode);
  EXPECT_EQ(a.stages, b.stages);
  EXPECT_EQ(a.budget, b.budget);
  EXPECT_EQ(a.took, b.took);
  EXPECT_EQ(a.confidence, b.confidence);
  EXPECT_EQ(*a.found.stats, *b.found.stats);
  EXPECT_EQ(*a.found.grammar, *b.found.grammar);
  EXPECT_EQ(*a.found.parse, *b.found.parse);
  EXPECT_EQ(*a.found.protocol, *b.found.protocol);
  EXPECT_EQ(*a.found.validity, *b.found.validity);
}

std::string stored() { return encode(full(), {key, 5, 300s}); }

TEST(result_codec, reads_back_every_value_as_it_was_written) {
  const auto read = decode(stored(), key, 5);
  ASSERT_TRUE(std::holds_alternative<stored_result>(read));
  const auto& got = std::get<stored_result>(read);
  expect_same(*got.result, full());
  EXPECT_EQ(got.header.held_for, 300s);
}

TEST(result_codec, a_result_without_findings_is_one_too) {
  const auto read = decode(encode({}, {key, 5, 1s}), key, 5);
  ASSERT_TRUE(std::holds_alternative<stored_result>(read));
  EXPECT_EQ(std::get<stored_result>(read).result->found, findings{});
}

TEST(result_codec, an_answer_to_another_key_or_of_another_model_is_told_apart) {
  EXPECT_EQ(std::get<misread>(decode(stored(), {11, 13}, 5)), misread::another_key);
  EXPECT_EQ(std::get<misread>(decode(stored(), key, 6)), misread::another_model);
}

TEST(result_codec, what_we_did_not_write_is_foreign) {
  EXPECT_EQ(std::get<misread>(decode("", key, 5)), misread::foreign_format);
  EXPECT_EQ(std::get<misread>(decode("+PONG\r\n", key, 5)), misread::foreign_format);
  auto other = stored();
  ++other[4];
  EXPECT_EQ(std::get<misread>(decode(other, key, 5)), misread::foreign_format);
}

TEST(result_codec, truncated_anywhere_it_is_damaged) {
  const auto whole = stored();
  for (std::size_t size = 4; size < whole.size(); ++size) {
    ASSERT_EQ(std::get<misread>(decode(std::string_view(whole).substr(0, size), key, 5)),
              misread::damaged)
        << size;
  }
  EXPECT_EQ(std::get<misread>(decode(whole + "x", key, 5)), misread::damaged);
}

TEST(result_codec, any_flipped_bit_behind_the_version_is_damage) {
  const auto whole = stored();
  for (std::size_t bit = 8 * 8; bit < whole.size() * 8; bit += 7) {
    auto damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    ASSERT_EQ(std::get<misread>(decode(damaged, key, 5)), misread::damaged) << bit;
  }
}

// Whoever knows the checksum can write anything: it is read or refused, within its own bytes.
TEST(result_codec, bytes_made_up_behind_a_right_checksum_are_read_or_refused) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto whole = stored();
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto made_up = whole;
    for (auto changes = 1 + random() % 4; changes > 0; --changes) {
      made_up[48 + random() % (made_up.size() - 48)] = static_cast<char>(random());
    }
    if (random() % 4 == 0) made_up.resize(48 + random() % (made_up.size() - 48));
    auto sum = XXH3_64bits(made_up.data() + 16, made_up.size() - 16);
    for (std::size_t at = 8; at < 16; ++at, sum >>= 8U) made_up[at] = static_cast<char>(sum & 0xff);
    if (std::holds_alternative<misread>(decode(made_up, key, 5))) ++refused;
  }
  EXPECT_GT(refused, 1'000);
}

}  // namespace
}  // namespace troupe
