#include <gtest/gtest.h>

#include "actors/pipeline/parser/lua_export.hpp"
#include "tests/actors/pipeline/parser/builders.hpp"
#include "tests/integration/exports/tools.hpp"

namespace troupe {
namespace {

constexpr std::uint32_t user0 = 147;  // LINKTYPE_USER0

packet_bytes tcp_packet(const packet_bytes& payload, std::uint32_t sequence) {
  packet_bytes out;
  put_ipv4(out, payload.size() + 20, 6);
  put_ports(out, direction::client_to_server);
  put(out, sequence, 4);
  put(out, 1, 4);
  put(out, 0x5018, 2);
  put(out, 0xffff, 2);
  put(out, 0, 4);
  out.insert(out.end(), payload.begin(), payload.end());
  return out;
}

TEST(lua_export, hand_made_formats_dissect_into_the_same_leaves) {
  expect_equal(hand_made_cases(), through_tshark, "lua_hand_made");
}

TEST(lua_export, random_formats_dissect_into_the_same_leaves) {
  constexpr std::uint64_t seed = 61'000;
  std::printf("first seed %llu\n", static_cast<unsigned long long>(seed));
  expect_equal(random_cases(seed, 8, 60), through_tshark, "lua_random");
}

TEST(lua_export, formats_inferred_from_captures_dissect_into_the_same_leaves) {
  expect_equal(inferred_cases(TROUPE_SOURCE_DIR "/tests/captures", 60), through_tshark,
               "lua_inferred");
}

/// One byte of length, two more bytes of something, then so many bytes; by direction.
format small_format() {
  auto what = build::of({{build::leaf("length", build::fixed(1), field_kind::length)},
                         {build::leaf("data", build::rest())}});
  what.types.push_back(what.types.front());
  what.types.back().name = "answer";
  what.types.back().elements = {{build::leaf("all", build::rest())}};
  what.pick.keywords = {{keyword::source::direction, 0, 0}};
  what.pick.types = {{{std::string(1, '\0')}, 0}, {{std::string(1, '\1')}, 1}};
  return what;
}

TEST(lua_export, any_message_can_be_shown_through_link_type_user0) {
  const auto folder = fresh_folder("lua_user0");
  const auto script = to_wireshark_lua(small_format(), "small", {});
  const auto file = capture_of(user0, {build::hex("0201ff")});
  EXPECT_EQ(dissected(folder, script, file, 0), (std::vector<leaf_list>{{{0, 1}, {1, 2}}}));
  EXPECT_EQ(dissected(folder, script, file, 0, "-o troupe_small.server_to_client:TRUE"),
            (std::vector<leaf_list>{{{0, 3}}}));
}

TEST(lua_export, a_stream_with_a_length_prefix_is_put_together_from_its_segments) {
  framing frames;
  frames.kind = framing::how::length_prefix;
  frames.width = 1;
  frames.bias = 1;
  const auto script =
      to_wireshark_lua(small_format(), "small", {transport::tcp, tool_port, frames});
  const auto shown = dissected(fresh_folder("lua_prefix"), script,
                               capture_of(link_raw_ip, {tcp_packet(build::hex("02aabb 03aa"), 1),
                                                        tcp_packet(build::hex("bbcc"), 6)}),
                               0);
  // The first message stands behind 40 bytes of headers; the second one is a new buffer.
  EXPECT_EQ(shown, (std::vector<leaf_list>{{{40, 1}, {41, 2}}, {{0, 1}, {1, 3}}}));
}

TEST(lua_export, a_stream_with_a_delimiter_is_put_together_from_its_segments) {
  framing frames;
  frames.kind = framing::how::delimiter;
  frames.delimiter = "\r\n";
  const auto script =
      to_wireshark_lua(small_format(), "small", {transport::tcp, tool_port, frames});
  const auto shown =
      dissected(fresh_folder("lua_delimiter"), script,
                capture_of(link_raw_ip, {tcp_packet(build::bytes("a\r\nbc\r\nd\r"), 1),
                                         tcp_packet(build::bytes("\n"), 10)}),
                0);
  EXPECT_EQ(shown,
            (std::vector<leaf_list>{{{40, 1}, {41, 2}, {43, 1}, {44, 3}}, {{0, 1}, {1, 2}}}));
}

}  // namespace
}  // namespace troupe
