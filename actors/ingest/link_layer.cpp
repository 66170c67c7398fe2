#include "actors/ingest/link_layer.hpp"

#include <algorithm>

namespace troupe::ingest {

namespace {

using result = std::variant<frame, refusal>;

// Numbers of link types: https://www.tcpdump.org/linktypes.html
constexpr std::uint32_t link_null = 0;
constexpr std::uint32_t link_ethernet = 1;
constexpr std::uint32_t link_ppp = 9;
constexpr std::uint32_t link_raw_12 = 12;
constexpr std::uint32_t link_raw_14 = 14;
constexpr std::uint32_t link_ppp_hdlc = 50;
constexpr std::uint32_t link_raw = 101;
constexpr std::uint32_t link_cisco_hdlc = 104;
constexpr std::uint32_t link_loop = 108;
constexpr std::uint32_t link_cooked = 113;
constexpr std::uint32_t link_ipv4 = 228;
constexpr std::uint32_t link_ipv6 = 229;
constexpr std::uint32_t link_cooked2 = 276;

constexpr int tags_limit = 8;  // VLAN tags and MPLS labels on one frame

constexpr refusal too_short{"frame shorter than its headers"};
constexpr refusal no_network{"frame of a network protocol that is not known here"};

bool drop(frame& from, std::size_t size) {
  if (from.payload.size() < size) return false;
  from.payload = from.payload.subspan(size);
  from.wire_bytes -= std::min(from.wire_bytes, static_cast<std::uint32_t>(size));
  return true;
}

result by_ip_version(frame inner) {
  if (inner.payload.empty()) return too_short;
  const unsigned version = inner.payload[0] >> 4U;
  if (version != 4 && version != 6) return refusal{"neither IPv4 nor IPv6 where IP must be"};
  inner.ether_type = version == 4 ? ether_type_ipv4 : ether_type_ipv6;
  return inner;
}

// PPP protocol numbers (IANA), their field compressed to one byte where that is odd (RFC
// 1661, 6.5).
result from_ppp_protocol(frame inner) {
  if (inner.payload.empty()) return too_short;
  const bool compressed = (inner.payload[0] & 1U) != 0;
  if (!compressed && inner.payload.size() < 2) return too_short;
  const auto protocol = compressed ? std::uint16_t{inner.payload[0]} : big16(inner.payload, 0);
  drop(inner, compressed ? 1 : 2);
  if (protocol == 0x21) inner.ether_type = ether_type_ipv4;
  if (protocol == 0x57) inner.ether_type = ether_type_ipv6;
  if (inner.ether_type == 0) return refusal{"PPP frame that is neither IPv4 nor IPv6"};
  return inner;
}

result from_mpls(frame inner) {
  for (int label = 0; label < tags_limit; ++label) {
    if (inner.payload.size() < 4) return too_short;
    const bool last = (inner.payload[2] & 1U) != 0;
    drop(inner, 4);
    if (last) return by_ip_version(inner);
  }
  return refusal{"too many MPLS labels"};
}

// IEEE 802.2: the frame says its length; the destination service access point names the group.
result from_llc(frame inner, std::uint16_t length) {
  inner.payload = at_most(inner.payload, length);
  inner.wire_bytes = std::min<std::uint32_t>(inner.wire_bytes, length);
  if (inner.payload.empty()) return too_short;
  inner.ether_type = inner.payload[0];
  constexpr std::size_t snap_header_bytes = 8;
  if (inner.ether_type == 0xaa && inner.payload.size() >= snap_header_bytes &&
      load(inner.payload.subspan(3), 3, false) == 0) {  // SNAP with an EtherType
    inner.ether_type = big16(inner.payload, 6);
    drop(inner, snap_header_bytes);
  }
  return inner;
}

bool is_vlan_tag(std::uint16_t ether_type) noexcept {
  return ether_type == 0x8100 || ether_type == 0x88a8 || ether_type == 0x9100;
}

// From the EtherType field on: tags, then what is inside.
result from_ether_type(frame inner) {
  for (int tag = 0; tag < tags_limit; ++tag) {
    if (inner.payload.size() < 2) return too_short;
    const auto type = big16(inner.payload, 0);
    if (is_vlan_tag(type)) {
      if (!drop(inner, 4)) return too_short;
      continue;
    }
    drop(inner, 2);
    inner.ether_type = type;
    if (type < ether_type_smallest) return from_llc(inner, type);
    if (type == 0x8847 || type == 0x8848) return from_mpls(inner);
    if (type == 0x8864) {  // PPPoE session, RFC 2516
      inner.ether_type = 0;
      return drop(inner, 6) ? from_ppp_protocol(inner) : result(too_short);
    }
    return inner;
  }
  return refusal{"too many VLAN tags"};
}

result from_ethernet(frame inner) {
  if (inner.payload.size() < 14) return too_short;
  inner.destination = inner.payload.first(6);
  inner.source = inner.payload.subspan(6, 6);
  drop(inner, 12);
  return from_ether_type(inner);
}

// The header ends with (v1) or begins with (v2) the protocol; tags may follow.
result from_cooked(frame inner, std::size_t header, std::size_t protocol_at) {
  if (inner.payload.size() < header) return too_short;
  const auto type = big16(inner.payload, protocol_at);
  drop(inner, header);
  if (is_vlan_tag(type)) return drop(inner, 2) ? from_ether_type(inner) : result(too_short);
  inner.ether_type = type;
  return type < ether_type_smallest ? result(no_network) : result(inner);
}

// The address family in the byte order of the machine that captured (link type 0), or big (108).
result from_loopback(frame inner) {
  if (inner.payload.size() < 4) return too_short;
  const auto family = std::min(load(inner.payload, 4, true), load(inner.payload, 4, false));
  drop(inner, 4);
  const bool ipv6 = family == 10 || family == 24 || family == 28 || family == 30;
  if (family != 2 && !ipv6) return no_network;
  inner.ether_type = ipv6 ? ether_type_ipv6 : ether_type_ipv4;
  return inner;
}

result from_ppp(frame inner) {
  if (inner.payload.size() >= 2 && inner.payload[0] == 0xff && inner.payload[1] == 0x03) {
    drop(inner, 2);  // address and control, RFC 1662
  }
  // With link type 50 Cisco HDLC may occur: unicast 0x0f or multicast 0x8f.
  if (inner.payload.size() >= 4 && (inner.payload[0] == 0x0f || inner.payload[0] == 0x8f)) {
    drop(inner, 2);
    return from_ether_type(inner);
  }
  return from_ppp_protocol(inner);
}

}  // namespace

bool is_supported(std::uint32_t link_type) noexcept {
  switch (link_type) {
    case link_null:
    case link_ethernet:
    case link_ppp:
    case link_raw_12:
    case link_raw_14:
    case link_ppp_hdlc:
    case link_raw:
    case link_cisco_hdlc:
    case link_loop:
    case link_cooked:
    case link_ipv4:
    case link_ipv6:
    case link_cooked2: return true;
    default: return false;
  }
}

std::variant<frame, refusal> open_frame(const raw_packet& packet) {
  const frame whole{0, packet.bytes, packet.wire_bytes, {}, {}};
  switch (packet.link_type) {
    case link_ethernet: return from_ethernet(whole);
    case link_null:
    case link_loop: return from_loopback(whole);
    case link_ppp:
    case link_ppp_hdlc: return from_ppp(whole);
    case link_cisco_hdlc: {
      auto inner = whole;
      return drop(inner, 2) ? from_ether_type(inner) : result(too_short);
    }
    case link_cooked: return from_cooked(whole, 16, 14);
    case link_cooked2: return from_cooked(whole, 20, 0);
    case link_raw_12:
    case link_raw_14:
    case link_raw:
    case link_ipv4:
    case link_ipv6: return by_ip_version(whole);
    default: return refusal{"link type that is not supported"};
  }
}

}  // namespace troupe::ingest
