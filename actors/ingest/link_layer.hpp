#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "actors/ingest/capture_file.hpp"

namespace troupe::ingest {

/// What a link-layer frame carries.
struct frame {
  std::uint16_t ether_type = 0;  // 0x0800, 0x86dd, ...; below 0x0600: an LLC service access point
  byte_view payload;             // as captured; may have padding behind it
  std::uint32_t wire_bytes = 0;  // payload on the wire
  byte_view source;              // MAC address, empty where the link has none
  byte_view destination;
};

/// Why a frame cannot be opened; a text for people.
struct refusal {
  std::string_view reason;
};

/// Whether frames of this type can be opened at all.
[[nodiscard]] bool is_supported(std::uint32_t link_type) noexcept;

/// Takes the link layer off: Ethernet (VLAN tags, PPPoE and MPLS too), raw IP, Linux cooked v1 and
/// v2, null and loopback, PPP, Cisco HDLC.
[[nodiscard]] std::variant<frame, refusal> open_frame(const raw_packet& packet);

inline constexpr std::uint16_t ether_type_ipv4 = 0x0800;
inline constexpr std::uint16_t ether_type_ipv6 = 0x86dd;
inline constexpr std::uint16_t ether_type_smallest = 0x0600;  // IEEE 802.3, clause 3.2.6

}  // namespace troupe::ingest
