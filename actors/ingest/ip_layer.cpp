#include "actors/ingest/ip_layer.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace troupe::ingest {

namespace {

using result = std::variant<ip_packet, refusal>;

constexpr std::size_t ipv6_header_bytes = 40;
constexpr int extensions_limit = 16;

// A header length of 0 is what a capture on the sending machine shows of packets that the network
// card cuts up later: then the frame's length holds.
void set_payload(ip_packet& packet, const frame& from, std::size_t header, std::size_t claimed) {
  const bool offloaded = claimed == 0;
  packet.wire_bytes = static_cast<std::uint32_t>(offloaded ? from.wire_bytes - header : claimed);
  packet.payload = at_most(from.payload.subspan(header), packet.wire_bytes);
}

result open_ipv4(const frame& from) {
  const auto bytes = from.payload;
  if (bytes.size() < 20) return refusal{"IPv4 header cut"};
  const std::size_t header = (bytes[0] & 15U) * std::size_t{4};
  const std::size_t total = big16(bytes, 2);
  if (bytes[0] >> 4U != 4 || header < 20)
    return refusal{"IPv4 header with absurd version or length"};
  if (header > bytes.size() || header > from.wire_bytes) return refusal{"IPv4 header cut"};
  if (total != 0 && total < header) return refusal{"IPv4 length shorter than its header"};
  ip_packet packet;
  packet.source = make_address(bytes.subspan(12, 4));
  packet.destination = make_address(bytes.subspan(16, 4));
  packet.protocol = bytes[9];
  set_payload(packet, from, header, total == 0 ? 0 : total - header);
  if (total == header) {
    packet.payload = {};
    packet.wire_bytes = 0;
  }
  const auto flags = big16(bytes, 6);
  const fragment part{big16(bytes, 4), (flags & 0x1fffU) * 8U, (flags & 0x2000U) != 0};
  if (part.more || part.offset != 0) packet.part = part;
  return packet;
}

result open_ipv6(const frame& from) {
  const auto bytes = from.payload;
  if (bytes.size() < ipv6_header_bytes || from.wire_bytes < ipv6_header_bytes) {
    return refusal{"IPv6 header cut"};
  }
  if (bytes[0] >> 4U != 6) return refusal{"IPv6 header with absurd version"};
  ip_packet packet;
  packet.source = make_address(bytes.subspan(8, 16));
  packet.destination = make_address(bytes.subspan(24, 16));
  packet.protocol = bytes[6];
  set_payload(packet, from, ipv6_header_bytes, big16(bytes, 4));
  constexpr std::uint8_t no_next_header = 59;
  if (big16(bytes, 4) == 0 && packet.protocol == no_next_header) packet.payload = {};
  if (!skip_extensions(packet)) return refusal{"IPv6 extension headers cut or too many"};
  return packet;
}

void drop(ip_packet& packet, std::size_t size) {
  packet.payload = packet.payload.subspan(size);
  packet.wire_bytes -= std::min(packet.wire_bytes, static_cast<std::uint32_t>(size));
}

}  // namespace

bool skip_extensions(ip_packet& packet) {
  constexpr std::uint8_t fragment_header = 44;
  for (int i = 0; i < extensions_limit; ++i) {
    const auto protocol = packet.protocol;
    // Hop-by-hop, routing, destination options, mobility, HIP, shim6 (RFC 8200 section 4, IANA).
    const bool options = protocol == 0 || protocol == 43 || protocol == 60 || protocol == 135 ||
                         protocol == 139 || protocol == 140;
    if (!options && protocol != fragment_header) return true;
    if (packet.payload.size() < 8) return false;
    packet.protocol = packet.payload[0];
    if (protocol == fragment_header) {
      const auto field = big16(packet.payload, 2);
      const fragment part{big32(packet.payload, 4), field & 0xfff8U, (field & 1U) != 0};
      drop(packet, 8);
      if (part.more || part.offset != 0) {  // else an atomic fragment, RFC 6946
        packet.part = part;
        return true;
      }
      continue;
    }
    const std::size_t size = (packet.payload[1] + std::size_t{1}) * 8;
    if (packet.payload.size() < size) return false;
    drop(packet, size);
  }
  return false;
}

bool address::is_group() const noexcept {
  if (size == 16) return bytes[0] == 0xff;
  if (size == 4)
    return (bytes[0] & 0xf0U) == 0xe0 || bytes == std::array<std::uint8_t, 16>{255, 255, 255, 255};
  return size == 6 && (bytes[0] & 1U) != 0;
}

address make_address(byte_view bytes) noexcept {
  address made;
  made.size = static_cast<std::uint8_t>(std::min(bytes.size(), made.bytes.size()));
  std::copy_n(bytes.begin(), made.size, made.bytes.begin());
  return made;
}

std::string to_text(const address& from, std::uint16_t port) {
  if (from.size == 6) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < 6; ++i) {
      if (i > 0) text += ':';
      text += digits[from.bytes[i] >> 4U];
      text += digits[from.bytes[i] & 15U];
    }
    return text;
  }
  if (from.size == 0) return {};
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  ::inet_ntop(from.size == 4 ? AF_INET : AF_INET6, from.bytes.data(), buffer.data(), buffer.size());
  std::string text = buffer.data();
  if (from.size == 16) {
    for (auto at = text.find(":0:"); at != std::string::npos; at = text.find(":0:", at)) {
      text.replace(at, 3, "::");
      at += 2;
    }
    text = "[" + text + "]";
  }
  return text + ":" + std::to_string(port);
}

std::variant<ip_packet, refusal> open_ip(const frame& from) {
  return from.ether_type == ether_type_ipv4 ? open_ipv4(from) : open_ipv6(from);
}

std::variant<ip_packet, refusal> open_tunnel(const ip_packet& outer) {
  frame inner;
  inner.ether_type = outer.protocol == protocol_ipv4 ? ether_type_ipv4 : ether_type_ipv6;
  inner.payload = outer.payload;
  inner.wire_bytes = outer.wire_bytes;
  return open_ip(inner);
}

}  // namespace troupe::ingest
