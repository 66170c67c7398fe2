#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "actors/ingest/link_layer.hpp"

namespace troupe::ingest {

/// An IPv4, IPv6 or MAC address.
struct address {
  std::array<std::uint8_t, 16> bytes{};
  std::uint8_t size = 0;  // 4, 16 or 6; 0: none

  [[nodiscard]] bool is_group() const noexcept;  // multicast or limited broadcast
  friend auto operator<=>(const address&, const address&) = default;
};

[[nodiscard]] address make_address(byte_view bytes) noexcept;

/// "192.0.2.1:53", "[2001:db8::1]:53" or "00:11:22:33:44:55". A lone zero group of an IPv6 address
/// is written "::" as well, because nDPI, whose flow tables people compare with ours, does so.
[[nodiscard]] std::string to_text(const address& from, std::uint16_t port);

/// Which part of a datagram a packet is.
struct fragment {
  std::uint32_t id = 0;
  std::uint32_t offset = 0;  // bytes
  bool more = false;
};

/// One IP packet, its extension headers taken off.
struct ip_packet {
  address source;
  address destination;
  std::uint8_t protocol = 0;     // IANA number of the payload
  byte_view payload;             // as captured, link padding taken off
  std::uint32_t wire_bytes = 0;  // payload by the IP header; more than `payload` in a cut packet
  std::optional<fragment> part;  // set where it is not a whole datagram
  bool incomplete = false;       // put together of fragments, some of which are missing
};

/// Opens the IP packet in a frame of type ether_type_ipv4 or ether_type_ipv6.
[[nodiscard]] std::variant<ip_packet, refusal> open_ip(const frame& from);

/// Opens an IP packet inside another one (protocols 4 and 41).
[[nodiscard]] std::variant<ip_packet, refusal> open_tunnel(const ip_packet& outer);

/// Takes off the IPv6 extension headers at the front of a payload. False where they are cut.
[[nodiscard]] bool skip_extensions(ip_packet& packet);

inline constexpr std::uint8_t protocol_ipv4 = 4;
inline constexpr std::uint8_t protocol_tcp = 6;
inline constexpr std::uint8_t protocol_udp = 17;
inline constexpr std::uint8_t protocol_ipv6 = 41;

}  // namespace troupe::ingest
