#include <algorithm>
#include <regex>
#include <sstream>

#include "actors/pipeline/parser/lua_export.hpp"
#include "actors/pipeline/parser/parser.hpp"
#include "tests/integration/exports/tools.hpp"

namespace troupe {

std::string hex_of(const std::vector<std::uint8_t>& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

void put(packet_bytes& out, std::uint64_t value, int width) {
  for (int i = width - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::string capture_of(std::uint32_t link_type, const std::vector<packet_bytes>& packets) {
  packet_bytes out;
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

void put_ipv4(packet_bytes& out, std::size_t payload, std::uint8_t protocol) {
  put(out, 0x4500, 2);
  put(out, payload + 20, 2);
  put(out, 0x00004000, 4);
  put(out, 64, 1);
  put(out, protocol, 1);
  put(out, 0, 2);
  put(out, 0xc0000201, 4);
  put(out, 0xc0000202, 4);
}

void put_ports(packet_bytes& out, direction dir) {
  const auto from_client = dir == direction::client_to_server;
  put(out, from_client ? 40'000 : tool_port, 2);
  put(out, from_client ? tool_port : 40'000, 2);
}

namespace {

packet_bytes udp_packet(const packet_bytes& payload, direction dir) {
  packet_bytes out;
  put_ipv4(out, payload.size() + 8, 17);
  put_ports(out, dir);
  put(out, payload.size() + 8, 2);
  put(out, 0, 2);
  out.insert(out.end(), payload.begin(), payload.end());
  return out;
}

std::vector<leaf_list> fields_of(const std::string& pdml, std::uint32_t header) {
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

leaf_list leaves(const parser& machine, const packet_bytes& message, direction dir) {
  leaf_list made;
  for (const auto& leaf : machine.parse(message, dir).fields)
    made.emplace_back(leaf.offset, leaf.size);
  return made;
}

/// Names the files of each case, so that a difference can be looked at.
tool_verdict judged(const export_case& each, const std::string& folder) {
  const auto script = to_wireshark_lua(each.what, each.name, {transport::udp, tool_port, {}});
  std::vector<packet_bytes> packets;
  for (const auto& sample : each.samples) packets.push_back(udp_packet(sample.bytes, sample.dir));
  const auto shown = dissected(folder, script, capture_of(link_raw_ip, packets), 28);
  tool_verdict verdict;
  verdict.messages = packets.size();
  if (shown.size() != packets.size()) {
    verdict.difference = "tshark shows " + std::to_string(shown.size()) + " packets\n" + script;
    return verdict;
  }
  const parser machine(each.what);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const auto& sample = each.samples[i];
    ++verdict.compared;
    if (shown[i] == leaves(machine, sample.bytes, sample.dir)) {
      ++verdict.equal;
    } else if (verdict.difference.empty()) {
      verdict.difference =
          "message " + std::to_string(i) + ' ' + hex_of(sample.bytes) + '\n' + script;
    }
  }
  return verdict;
}

}  // namespace

std::vector<leaf_list> dissected(const std::string& folder, const std::string& script,
                                 const std::string& file, std::uint32_t header,
                                 const std::string& options) {
  write_file(folder + "/dissector.lua", script);
  write_file(folder + "/packets.pcap", file);
  return fields_of(run_tool("tshark -X 'lua_script:" + folder + "/dissector.lua' -r '" + folder +
                            "/packets.pcap' -T pdml " + options + " 2>'" + folder + "/messages'"),
                   header);
}

std::vector<tool_verdict> through_tshark(const std::vector<export_case>& cases,
                                         const std::string& folder) {
  std::vector<tool_verdict> verdicts;
  for (const auto& each : cases) verdicts.push_back(judged(each, folder));
  return verdicts;
}

}  // namespace troupe
