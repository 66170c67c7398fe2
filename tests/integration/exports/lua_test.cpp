#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "actors/pipeline/parser/lua_export.hpp"
#include "actors/pipeline/parser/parser.hpp"
#include "tests/actors/pipeline/parser/builders.hpp"
#include "tests/integration/exports/export_case.hpp"

namespace troupe {
namespace {

constexpr std::uint16_t port = 31'337;
constexpr std::uint32_t user0 = 147;   // LINKTYPE_USER0
constexpr std::uint32_t raw_ip = 101;  // LINKTYPE_RAW

using bytes = std::vector<std::uint8_t>;

void put(bytes& out, std::uint64_t value, int width) {
  for (int i = width - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

/// A capture file in big-endian order (pcap, version 2.4).
std::string capture(std::uint32_t link_type, const std::vector<bytes>& packets) {
  bytes out;
  put(out, 0xa1b2c3d4, 4);
  put(out, 0x00020004, 4);
  put(out, 0, 8);
  put(out, 0x40000, 4);
  put(out, link_type, 4);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    put(out, 1'000'000 + i, 4);
    put(out, 0, 4);
    put(out, packets[i].size(), 4);
    put(out, packets[i].size(), 4);
    out.insert(out.end(), packets[i].begin(), packets[i].end());
  }
  return {out.begin(), out.end()};
}

/// 20 bytes of IPv4 header; checksums are left zero (tshark does not look at them by default).
void put_ipv4(bytes& out, std::size_t payload, std::uint8_t protocol) {
  put(out, 0x4500, 2);
  put(out, payload + 20, 2);
  put(out, 0x00004000, 4);
  put(out, 64, 1);
  put(out, protocol, 1);
  put(out, 0, 2);
  put(out, 0xc0000201, 4);
  put(out, 0xc0000202, 4);
}

void put_ports(bytes& out, direction dir) {
  const auto from_client = dir == direction::client_to_server;
  put(out, from_client ? 40'000 : port, 2);
  put(out, from_client ? port : 40'000, 2);
}

bytes udp_packet(const bytes& payload, direction dir) {
  bytes out;
  put_ipv4(out, payload.size() + 8, 17);
  put_ports(out, dir);
  put(out, payload.size() + 8, 2);
  put(out, 0, 2);
  out.insert(out.end(), payload.begin(), payload.end());
  return out;
}

bytes tcp_packet(const bytes& payload, std::uint32_t sequence) {
  bytes out;
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

/// The fields of the protocol in tshark's PDML, packet by packet.
std::vector<leaf_list> dissected(const std::string& pdml, std::uint32_t header) {
  std::vector<leaf_list> packets;
  static const std::regex shape(
      "<field name=\"troupe_[^\"]*\".* size=\"([0-9]+)\" pos=\"([0-9]+)\"");
  std::istringstream lines(pdml);
  std::string line;
  std::smatch found;
  while (std::getline(lines, line)) {
    if (line.starts_with("<packet>")) packets.emplace_back();
    if (line.find("does_not_fit") != std::string::npos) continue;
    if (line.find("<field name=\"troupe_") == std::string::npos) continue;
    line.resize(std::min<std::size_t>(line.size(), 4'000));
    if (std::regex_search(line, found, shape))
      packets.back().emplace_back(std::stoul(found[2]) - header, std::stoul(found[1]));
  }
  return packets;
}

std::string tshark(const std::string& folder, const std::string& script, const std::string& file,
                   const std::string& options = "") {
  write_file(folder + "/dissector.lua", script);
  write_file(folder + "/packets.pcap", file);
  return run_tool("tshark -X 'lua_script:" + folder + "/dissector.lua' -r '" + folder +
                  "/packets.pcap' -T pdml " + options + " 2>'" + folder + "/messages'");
}

leaf_list leaves(const parser& machine, const bytes& message, direction dir) {
  leaf_list made;
  for (const auto& leaf : machine.parse(message, dir).fields)
    made.emplace_back(leaf.offset, leaf.size);
  return made;
}

/// Sends the messages over UDP and compares the fields, also of messages with an error.
std::size_t compare(const export_case& each, const std::string& folder) {
  const auto script = to_wireshark_lua(each.what, each.name, {transport::udp, port, {}});
  std::vector<bytes> packets;
  for (const auto& sample : each.samples) packets.push_back(udp_packet(sample.bytes, sample.dir));
  const auto shown = dissected(tshark(folder, script, capture(raw_ip, packets)), 28);
  EXPECT_EQ(shown.size(), packets.size()) << script;
  if (shown.size() != packets.size()) return 0;
  const parser machine(each.what);
  for (std::size_t i = 0; i < packets.size(); ++i)
    EXPECT_EQ(shown[i], leaves(machine, each.samples[i].bytes, each.samples[i].dir))
        << "message " << i << '\n'
        << script;
  return packets.size();
}

void compare(const std::vector<export_case>& cases, const std::string& folder_name) {
  const auto folder = fresh_folder(folder_name);
  std::size_t messages = 0;
  for (const auto& each : cases) {
    SCOPED_TRACE(each.name);
    messages += compare(each, folder);
    if (testing::Test::HasFailure()) return;
  }
  std::printf("tshark: %zu formats, %zu messages with equal leaves\n", cases.size(), messages);
}

TEST(lua_export, hand_made_formats_dissect_into_the_same_leaves) {
  compare(hand_made_cases(), "lua_hand_made");
}

TEST(lua_export, random_formats_dissect_into_the_same_leaves) {
  constexpr std::uint64_t seed = 61'000;
  std::printf("first seed %llu\n", static_cast<unsigned long long>(seed));
  compare(random_cases(seed, 8, 60), "lua_random");
}

TEST(lua_export, formats_inferred_from_captures_dissect_into_the_same_leaves) {
  compare(inferred_cases(TROUPE_SOURCE_DIR "/tests/captures", 60), "lua_inferred");
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
  const auto file = capture(user0, {build::hex("0201ff")});
  EXPECT_EQ(dissected(tshark(folder, script, file), 0), (std::vector<leaf_list>{{{0, 1}, {1, 2}}}));
  EXPECT_EQ(dissected(tshark(folder, script, file, "-o troupe_small.server_to_client:TRUE"), 0),
            (std::vector<leaf_list>{{{0, 3}}}));
}

TEST(lua_export, a_stream_with_a_length_prefix_is_put_together_from_its_segments) {
  framing frames;
  frames.kind = framing::how::length_prefix;
  frames.width = 1;
  frames.bias = 1;
  const auto script = to_wireshark_lua(small_format(), "small", {transport::tcp, port, frames});
  const auto shown = dissected(tshark(fresh_folder("lua_prefix"), script,
                                      capture(raw_ip, {tcp_packet(build::hex("02aabb 03aa"), 1),
                                                       tcp_packet(build::hex("bbcc"), 6)})),
                               0);
  // The first message stands behind 40 bytes of headers; the second one is a new buffer.
  EXPECT_EQ(shown, (std::vector<leaf_list>{{{40, 1}, {41, 2}}, {{0, 1}, {1, 3}}}));
}

TEST(lua_export, a_stream_with_a_delimiter_is_put_together_from_its_segments) {
  framing frames;
  frames.kind = framing::how::delimiter;
  frames.delimiter = "\r\n";
  const auto script = to_wireshark_lua(small_format(), "small", {transport::tcp, port, frames});
  const auto shown =
      dissected(tshark(fresh_folder("lua_delimiter"), script,
                       capture(raw_ip, {tcp_packet(build::bytes("a\r\nbc\r\nd\r"), 1),
                                        tcp_packet(build::bytes("\n"), 10)})),
                0);
  EXPECT_EQ(shown,
            (std::vector<leaf_list>{{{40, 1}, {41, 2}, {43, 1}, {44, 3}}, {{0, 1}, {1, 2}}}));
}

}  // namespace
}  // namespace troupe
