// Learning how streams are cut into messages, and cutting them.
#include <algorithm>
#include <random>

#include "actors/ingest/cutter.hpp"
#include "actors/ingest/framing_rule.hpp"
#include "tests/actors/ingest/ingest_reading.hpp"

namespace troupe::test {
namespace {

using ingest::learn_framing;
using ingest::stretch;

// Messages of a length-prefixed protocol with random bodies.
std::vector<bytes> messages_of(const framing& rule, int count, std::mt19937_64& random) {
  std::vector<bytes> made;
  for (int i = 0; i < count; ++i) {
    const auto length = rule.offset + rule.width + 1 + random() % 120;
    bytes message(length);
    for (auto& byte : message) byte = static_cast<std::uint8_t>(random());
    const auto value = static_cast<std::uint64_t>(static_cast<std::int64_t>(length) - rule.bias);
    const auto field = rule.little_endian ? little(value, static_cast<int>(rule.width))
                                          : big(value, static_cast<int>(rule.width));
    std::copy(field.begin(), field.end(), message.begin() + rule.offset);
    made.push_back(message);
  }
  return made;
}

// A stream whose packets carry one or two messages, or a part of one.
stretch stream_of(const std::vector<bytes>& messages, std::mt19937_64& random) {
  stretch made;
  made.begins = true;
  for (const auto& message : messages) {
    made.bytes.insert(made.bytes.end(), message.begin(), message.end());
    const auto end = static_cast<std::uint32_t>(made.bytes.size());
    if (random() % 4 == 0) made.marks.push_back({end - 1, false});
    if (random() % 3 != 0 || &message == &messages.back()) made.marks.push_back({end, true});
  }
  return made;
}

framing length_rule(std::uint32_t offset, std::uint32_t width, bool little_endian,
                    std::int64_t bias) {
  framing rule;
  rule.kind = framing::how::length_prefix;
  rule.offset = offset;
  rule.width = width;
  rule.little_endian = little_endian;
  rule.bias = bias;
  return rule;
}

TEST(learn_framing, length_prefixes_of_all_shapes_are_found) {
  std::uint64_t seed = 0;
  for (const std::uint32_t width : {1U, 2U, 3U, 4U}) {
    for (const std::uint32_t offset : {0U, 1U, 4U, 8U, 16U}) {
      for (const bool little_endian : {false, true}) {
        for (const std::int64_t bias : {0, 6, 24}) {
          SCOPED_TRACE("seed " + std::to_string(++seed) + " width " + std::to_string(width) +
                       " offset " + std::to_string(offset) + " bias " + std::to_string(bias));
          std::mt19937_64 random(seed);
          const auto rule =
              length_rule(offset, width, little_endian, bias == 24 ? offset + width : bias);
          if (rule.bias == 6 && offset + width < 6) continue;  // no negative lengths
          std::vector<stretch> streams;
          for (int i = 0; i < 4; ++i)
            streams.push_back(stream_of(messages_of(rule, 12, random), random));
          const auto found = learn_framing(streams);
          ASSERT_EQ(found.kind, framing::how::length_prefix);
          EXPECT_EQ(found.explained_share, 1.0);
          // The same number may be read at several widths; the messages must be the same.
          for (const auto& one : streams) {
            std::size_t at = 0;
            while (at < one.bytes.size()) {
              const auto rest = ingest::byte_view(one.bytes).subspan(at);
              const auto want = ingest::message_length(rule, rest);
              ASSERT_EQ(ingest::message_length(found, rest), want);
              at += *want;
            }
          }
        }
      }
    }
  }
}

TEST(learn_framing, streams_may_begin_in_the_middle_and_end_cut) {
  std::mt19937_64 random(5);
  const auto rule = length_rule(2, 2, false, 0);
  std::vector<stretch> streams;
  for (int i = 0; i < 6; ++i) streams.push_back(stream_of(messages_of(rule, 20, random), random));
  auto& late = streams[1];
  late.begins = false;
  late.bytes.erase(late.bytes.begin(), late.bytes.begin() + 3);
  for (auto& mark : late.marks) mark.end -= 3;
  auto& cut = streams[2];
  cut.bytes.resize(cut.bytes.size() - 2);
  cut.marks.back().end -= 2;
  const auto found = learn_framing(streams);
  EXPECT_EQ(found.kind, framing::how::length_prefix);
  EXPECT_EQ(found.offset, 2U);
}

TEST(learn_framing, random_bytes_and_too_little_evidence_give_the_fallback) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    std::vector<stretch> streams;
    for (int i = 0; i < 5; ++i) {
      std::vector<bytes> packets;
      for (int k = 0; k < 10; ++k) {
        bytes packet(10 + random() % 200);
        for (auto& byte : packet) byte = static_cast<std::uint8_t>(random());
        packets.push_back(packet);
      }
      streams.push_back(stream_of(packets, random));
    }
    EXPECT_EQ(learn_framing(streams).kind, framing::how::direction_and_pause);
  }
  std::mt19937_64 random(1);
  const auto few = messages_of(length_rule(0, 2, false, 2), 3, random);
  EXPECT_EQ(learn_framing({stream_of(few, random)}).kind, framing::how::direction_and_pause);
  EXPECT_EQ(learn_framing({}).kind, framing::how::direction_and_pause);
}

stretch lines(const std::vector<std::string>& packets) {
  stretch made;
  made.begins = true;
  for (const auto& packet : packets) {
    made.bytes.insert(made.bytes.end(), packet.begin(), packet.end());
    made.marks.push_back({static_cast<std::uint32_t>(made.bytes.size()), true});
  }
  return made;
}

TEST(learn_framing, lines_that_fill_packets_are_messages) {
  const auto found = learn_framing({lines(
      {"USER anna\r\n", "331 go on\r\n", "PASS x\r\n", "230 welcome to this\r\n", "QUIT\r\n"})});
  EXPECT_EQ(found.kind, framing::how::delimiter);
  EXPECT_EQ(found.delimiter, "\r\n");
}

TEST(learn_framing, lines_inside_messages_are_not) {
  std::vector<std::string> packets;
  for (std::size_t i = 0; i < 20; ++i) {
    const auto size = 10 + i * 37 % 80;
    packets.push_back("*3\r\n$3\r\nSET\r\n$" + std::to_string(size) + "\r\n" +
                      std::string(size, 'k') + "\r\n");
  }
  EXPECT_EQ(learn_framing({lines(packets)}).kind, framing::how::direction_and_pause);
}

// Feeds a stream in pieces and collects messages.
std::vector<bytes> cut_stream(ingest::stream_cutter& cutter, const bytes& whole,
                              const std::vector<std::size_t>& sizes, bool begins) {
  std::vector<bytes> got;
  const auto keep = [&](const ingest::cut_message& message) {
    got.emplace_back(message.bytes.begin(), message.bytes.end());
  };
  std::size_t at = 0;
  for (const auto size : sizes) {
    ingest::stream_piece piece;
    piece.bytes = ingest::byte_view(whole).subspan(at, size);
    piece.wire_bytes = static_cast<std::uint32_t>(size);
    piece.begins = begins && at == 0;
    piece.push = true;
    at += size;
    cutter.feed(piece, true, keep);
  }
  cutter.finish(keep);
  return got;
}

std::vector<std::size_t> random_sizes(std::size_t total, std::mt19937_64& random) {
  std::vector<std::size_t> sizes;
  while (total > 0) {
    sizes.push_back(std::min<std::size_t>(1 + random() % 90, total));
    total -= sizes.back();
  }
  return sizes;
}

TEST(stream_cutter, packets_do_not_matter_to_a_rule) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const auto rule = length_rule(1, 2, seed % 2 == 0, 3);
    const auto messages = messages_of(rule, 20, random);
    bytes whole;
    for (const auto& message : messages) whole = whole + message;
    ingest::stream_cutter cutter(rule, 1U << 16U);
    EXPECT_EQ(cut_stream(cutter, whole, random_sizes(whole.size(), random), true), messages);
    EXPECT_TRUE(cutter.unused().empty());
  }
}

TEST(stream_cutter, a_delimiter_may_be_cut_by_a_packet) {
  framing rule;
  rule.kind = framing::how::delimiter;
  rule.delimiter = "\r\n";
  ingest::stream_cutter cutter(rule, 1U << 16U);
  EXPECT_EQ(cut_stream(cutter, text("ab\r\ncd\r\ne"), {3, 2, 4}, true),
            (std::vector<bytes>{text("ab\r\n"), text("cd\r\n")}));
  ASSERT_EQ(cutter.unused().records().size(), 1U);
  EXPECT_EQ(cutter.unused().records()[0].bytes, 1U);
}

TEST(stream_cutter, a_stream_from_its_middle_is_cut_from_the_first_packet_that_fits) {
  const auto rule = length_rule(0, 2, false, 2);
  ingest::stream_cutter cutter(rule, 1U << 16U);
  const auto whole = text("nd of something") + hex("0003 616263 0001 64");
  EXPECT_EQ(cut_stream(cutter, whole, {15, 8}, false),
            (std::vector<bytes>{hex("0003 616263"), hex("0001 64")}));
  EXPECT_EQ(cutter.unused().records()[0].bytes, 15U);
}

TEST(stream_cutter, a_message_over_the_limit_is_cut_and_its_stream_goes_on) {
  const auto rule = length_rule(0, 2, false, 2);
  ingest::stream_cutter cutter(rule, 100);
  const auto whole = big(300, 2) + bytes(300, 9) + hex("0001 64");
  std::mt19937_64 random(1);
  const auto got = cut_stream(cutter, whole, random_sizes(whole.size(), random), true);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].size(), 100U);
  EXPECT_EQ(got[1], hex("0001 64"));
}

TEST(stream_cutter, without_a_rule_a_push_ends_a_message_unless_the_packet_is_full) {
  framing rule;
  rule.kind = framing::how::direction_and_pause;
  ingest::stream_cutter cutter(rule, 1U << 16U);
  const auto got =
      cut_stream(cutter, bytes(3 * 1000 + 10 + 20, 1), {1000, 1000, 1000, 10, 20}, true);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].size(), 3010U);
  EXPECT_EQ(got[1].size(), 20U);
}

}  // namespace
}  // namespace troupe::test
