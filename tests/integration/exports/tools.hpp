#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/integration/exports/export_case.hpp"

namespace troupe {

/// What a real tool made of the messages of one case, with the format exported for it.
struct tool_verdict {
  std::size_t messages = 0;
  std::size_t compared = 0;  // those that the export promises to read as the parser does
  std::size_t equal = 0;     // with the parser's leaves
  std::string difference;    // the first one, with the export; or why the tool failed
};

/// The compiler and runtime of Kaitai Struct: messages that parse without error.
[[nodiscard]] std::vector<tool_verdict> through_kaitai(const std::vector<export_case>& cases,
                                                       const std::string& folder);

/// tshark, each message in a UDP packet: all messages but empty ones.
[[nodiscard]] std::vector<tool_verdict> through_tshark(const std::vector<export_case>& cases,
                                                       const std::string& folder);

/// Scapy: all messages. Compared are also the integers' values, and that what it builds from all
/// values is the message again.
[[nodiscard]] std::vector<tool_verdict> through_scapy(const std::vector<export_case>& cases,
                                                      const std::string& folder);

/// What `judge` makes of the lines of a driver that answers each case with one. Throws
/// std::runtime_error when there are too few.
[[nodiscard]] std::vector<tool_verdict> judge_lines(
    const std::vector<export_case>& cases, const std::string& lines,
    const std::function<tool_verdict(const export_case&, const std::string&)>& judge);

using tool = std::vector<tool_verdict>(const std::vector<export_case>&, const std::string&);

/// Fails the test where a message that is compared is not read as the parser reads it.
void expect_equal(const std::vector<export_case>& cases, tool through, const std::string& folder);

// For the tests of single packets.
using packet_bytes = std::vector<std::uint8_t>;
inline constexpr std::uint16_t tool_port = 31'337;
inline constexpr std::uint32_t link_raw_ip = 101;  // LINKTYPE_RAW

/// A capture file in big-endian order (pcap, version 2.4).
[[nodiscard]] std::string capture_of(std::uint32_t link_type,
                                     const std::vector<packet_bytes>& packets);

void put(packet_bytes& out, std::uint64_t value, int width);
/// 20 bytes of IPv4 header; checksums are left zero (tshark does not look at them by default).
void put_ipv4(packet_bytes& out, std::size_t payload, std::uint8_t protocol);
void put_ports(packet_bytes& out, direction dir);

/// The fields that tshark finds, packet by packet; offsets less `header`.
[[nodiscard]] std::vector<leaf_list> dissected(const std::string& folder, const std::string& script,
                                               const std::string& file, std::uint32_t header,
                                               const std::string& options = "");

[[nodiscard]] std::string hex_of(const std::vector<std::uint8_t>& bytes);

}  // namespace troupe
