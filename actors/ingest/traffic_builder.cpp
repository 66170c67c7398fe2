#include "actors/ingest/traffic_builder.hpp"

#include <algorithm>

#include "actors/ingest/link_type.hpp"

namespace troupe::ingest {

namespace {

constexpr int tunnels_limit = 4;
constexpr auto fragments_missing = "IP fragments without the others of their datagram";
constexpr auto cut_by_capture = "packet cut by the capture (snap length)";

// TCP flags, RFC 9293 section 3.1.
constexpr unsigned flag_syn = 2;
constexpr unsigned flag_push = 8;
constexpr unsigned flag_ack = 16;

std::uint64_t hash_of(const endpoint& from) noexcept {
  const auto high = load(from.host.bytes, 8, false);
  const auto low = load(byte_view(from.host.bytes).subspan(8), 8, false);
  return mix(mix(high) ^ low) + from.port;
}

}  // namespace

std::size_t traffic_builder::flow_hash::operator()(const flow_key& key) const noexcept {
  const auto service = (static_cast<std::uint64_t>(key.service.l4) << 16U) | key.service.number;
  return mix(mix(hash_of(key.low) ^ service) ^ hash_of(key.high));
}

void traffic_builder::refuse(const refusal& why, const origin& from, std::uint64_t bytes) {
  refused_.add(why.reason, 1, bytes, packet_place(from.packet));
}

void traffic_builder::add(const raw_packet& packet) {
  const origin from{packet.number, 0, packet.time};
  if (!is_supported(packet.link_type)) {
    const auto reason = "link type " + link_type_name(packet.link_type) + " is not supported";
    return refuse({reason}, from, packet.wire_bytes);
  }
  const auto opened = open_frame(packet);
  if (const auto* why = std::get_if<refusal>(&opened)) return refuse(*why, from, packet.wire_bytes);
  const auto& inner = std::get<frame>(opened);
  if (inner.ether_type != ether_type_ipv4 && inner.ether_type != ether_type_ipv6) {
    return add_ethernet(inner, from);
  }
  const auto ip = open_ip(inner);
  if (const auto* why = std::get_if<refusal>(&ip)) return refuse(*why, from, packet.wire_bytes);
  add_ip(std::get<ip_packet>(ip), from, 0);
}

void traffic_builder::add_ethernet(const frame& inner, origin from) {
  auto* flow = find_flow({transport::ethernet, inner.ether_type}, {make_address(inner.source), 0},
                         {make_address(inner.destination), 0}, from);
  if (flow == nullptr) return;
  const bool from_a = flow->a.host == make_address(inner.source);
  add_payload(*flow, from_a, inner.payload, inner.wire_bytes, from, true);
}

void traffic_builder::add_ip(const ip_packet& packet, origin from, int depth) {
  if (!packet.part) return add_whole(packet, from, depth);
  if (packet.payload.size() < packet.wire_bytes) {
    return refuse({"IP fragment cut by the capture (snap length)"}, from, packet.wire_bytes);
  }
  const auto whole = fragments_.add(packet, from.packet, from.time);
  if (whole) add_datagram(*whole);
  for (const auto& incomplete : fragments_.take_incomplete(false)) add_datagram(incomplete);
}

// The flow of an incomplete datagram is known when its first fragment was seen.
void traffic_builder::add_datagram(const whole_datagram& whole) {
  const origin from{whole.first_packet, 0, whole.time};
  ip_packet packet;
  packet.source = whole.source;
  packet.destination = whole.destination;
  packet.protocol = whole.protocol;
  packet.payload = whole.bytes;
  packet.wire_bytes = whole.wire_bytes;
  packet.incomplete = whole.bytes.size() < whole.wire_bytes;
  if (packet.incomplete) {
    refused_.add(fragments_missing, whole.fragments, whole.received_bytes,
                 packet_place(whole.first_packet));
  }
  if (packet.payload.empty()) return;
  if (packet.source.size == 16 && !skip_extensions(packet)) {
    return refuse({"IPv6 extension headers cut or too many"}, from, whole.received_bytes);
  }
  if (packet.part) return refuse({"IP fragment inside a fragment"}, from, whole.received_bytes);
  add_whole(packet, from, 0);
}

void traffic_builder::add_whole(const ip_packet& packet, origin from, int depth) {
  if (packet.protocol == protocol_udp) return add_udp(packet, from);
  if (packet.protocol == protocol_tcp) return add_tcp(packet, from);
  if ((packet.protocol == protocol_ipv4 || packet.protocol == protocol_ipv6) &&
      depth < tunnels_limit) {
    const auto inner = open_tunnel(packet);
    if (const auto* opened = std::get_if<ip_packet>(&inner))
      return add_ip(*opened, from, depth + 1);
  }
  auto* flow = find_flow({transport::raw_ip, packet.protocol}, {packet.source, 0},
                         {packet.destination, 0}, from);
  if (flow == nullptr) return;
  add_payload(*flow, flow->a.host == packet.source, packet.payload, packet.wire_bytes, from,
              !packet.incomplete);
}

void traffic_builder::add_udp(const ip_packet& packet, origin from) {
  constexpr std::uint32_t header = 8;
  const auto bytes = packet.payload;
  if (bytes.size() < header) return refuse({"UDP header cut"}, from, packet.wire_bytes);
  const endpoint source{packet.source, big16(bytes, 0)};
  const endpoint destination{packet.destination, big16(bytes, 2)};
  auto* flow = find_flow({transport::udp, 0}, source, destination, from);
  if (flow == nullptr) return;
  // Padding behind the datagram is not payload; a wrong length is as good as none.
  auto wire = packet.wire_bytes - std::min(packet.wire_bytes, header);
  const auto claimed = std::uint32_t{big16(bytes, 4)};
  if (claimed >= header) wire = std::min(wire, claimed - header);
  add_payload(*flow, flow->a == source, at_most(bytes.subspan(header), wire), wire, from,
              !packet.incomplete);
}

void traffic_builder::add_tcp(const ip_packet& packet, origin from) {
  constexpr std::size_t smallest_header = 20;
  const auto bytes = packet.payload;
  if (bytes.size() < smallest_header) return refuse({"TCP header cut"}, from, packet.wire_bytes);
  const std::size_t header = (bytes[12] >> 4U) * std::size_t{4};
  if (header < smallest_header || header > packet.wire_bytes) {
    return refuse({"TCP header with an absurd length"}, from, packet.wire_bytes);
  }
  const endpoint source{packet.source, big16(bytes, 0)};
  const endpoint destination{packet.destination, big16(bytes, 2)};
  auto* flow = find_flow({transport::tcp, 0}, source, destination, from);
  if (flow == nullptr) return;
  tcp_segment segment;
  segment.sequence = big32(bytes, 4);
  segment.bytes = bytes.subspan(std::min(header, bytes.size()));
  segment.wire_bytes = packet.wire_bytes - static_cast<std::uint32_t>(header);
  segment.push = (bytes[13] & flag_push) != 0;
  segment.from = from;
  if (segment.bytes.size() < segment.wire_bytes && !packet.incomplete) {
    store_.add_unused(*flow, cut_by_capture, segment.wire_bytes - segment.bytes.size(), from);
  }
  add_tcp_segment(*flow, flow->a == source, bytes.first(smallest_header), segment);
}

void traffic_builder::add_tcp_segment(conversation& flow, bool from_a, byte_view header,
                                      tcp_segment segment) {
  if (!flow.tcp) flow.tcp = std::make_unique<tcp_state>(options_.stream_budget_bytes);
  auto& mine = flow.tcp->streams[from_a ? 0 : 1];
  auto& other = flow.tcp->streams[from_a ? 1 : 0];
  const auto to = [&](bool of_a) {
    return [this, &flow, of_a](const stream_piece& piece) {
      add_opening(flow, piece, of_a);
      store_.add_piece(flow, piece, of_a);
    };
  };
  disordered_bytes_ -= mine.held_bytes() + other.held_bytes();
  const unsigned flags = header[13];
  if ((flags & flag_syn) != 0) {
    handshake(flow, (flags & flag_ack) != 0 ? from_a : !from_a);
    mine.begin(segment.sequence, to(from_a));
    ++segment.sequence;
  }
  if ((flags & flag_ack) != 0) other.acknowledged(big32(header, 8), to(!from_a));
  const auto verdict = mine.add(segment, to(from_a));
  if (verdict == tcp_stream::verdict::outside) {
    store_.add_unused(flow, "TCP segment far outside its stream", segment.wire_bytes, segment.from);
  } else if (verdict == tcp_stream::verdict::before_start && segment.wire_bytes > 1) {
    // One byte is a keep-alive probe (RFC 9293, 3.8.4).
    store_.add_unused(flow, "TCP segment from before the first one of its stream",
                      segment.wire_bytes, segment.from);
  }
  if (const auto late = mine.take_late_bytes(); late > 0) {
    store_.add_unused(flow, "TCP segment that came after the hole it fills was given up", late,
                      segment.from);
  }
  disordered_bytes_ += mine.held_bytes() + other.held_bytes();
  if (disordered_bytes_ > options_.held_budget_bytes) release_disordered();
}

void traffic_builder::flush(conversation& flow) {
  for (const bool from_a : {true, false}) {
    auto& stream = flow.tcp->streams[from_a ? 0 : 1];
    disordered_bytes_ -= stream.held_bytes();
    stream.flush([&](const stream_piece& piece) {
      add_opening(flow, piece, from_a);
      store_.add_piece(flow, piece, from_a);
    });
  }
}

// The flows that hold most give their holes up, so that a quarter of the budget is free again.
// Whoever comes next must not pay for holes that nobody fills any more.
void traffic_builder::release_disordered() {
  std::vector<std::pair<std::uint64_t, conversation*>> holders;
  for (auto& flow : flows_) {
    if (!flow.tcp) continue;
    const auto held = flow.tcp->streams[0].held_bytes() + flow.tcp->streams[1].held_bytes();
    if (held > 0) holders.emplace_back(held, &flow);
  }
  std::stable_sort(holders.begin(), holders.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [held, flow] : holders) {
    if (disordered_bytes_ <= options_.held_budget_bytes / 4 * 3) break;
    flush(*flow);
  }
}

void traffic_builder::handshake(conversation& flow, bool a_serves) {
  if (flow.a_serves) return;
  flow.a_serves = a_serves;
  census_.add_server(flow.key.l4, a_serves ? flow.a : flow.b);
}

void traffic_builder::add_payload(conversation& flow, bool from_a, byte_view bytes,
                                  std::uint32_t wire_bytes, origin from, bool count_cut) {
  if (wire_bytes == 0) return;
  stream_piece piece;
  piece.bytes = bytes;
  piece.wire_bytes = wire_bytes;
  piece.order = from.packet;
  piece.from = from;
  add_opening(flow, piece, from_a);
  if (bytes.size() == wire_bytes) {
    store_.add_message(flow, bytes, from_a, from);
  } else if (count_cut) {
    store_.add_unused(flow, cut_by_capture, wire_bytes, from);
  }
}

void traffic_builder::add_opening(conversation& flow, const stream_piece& piece, bool from_a) {
  const auto sent = std::count_if(flow.opening.begin(), flow.opening.end(),
                                  [&](const auto& one) { return one.from_a == from_a; });
  if (sent >= std::int64_t{opening_limit::segments_per_direction}) return;
  const auto kept = at_most(piece.bytes, opening_limit::segment_bytes);
  const auto cost = kept.size() + sizeof(opening_segment);
  if (opening_bytes_ + cost > options_.opening_budget_bytes) {
    return store_.add_unused(flow, "opening of a flow, over the budget for openings", kept.size(),
                             piece.from);
  }
  opening_bytes_ += cost;
  segment made;
  made.offset = static_cast<std::uint32_t>(flow.opening_bytes.size());
  made.size = static_cast<std::uint32_t>(kept.size());
  made.wire_size = piece.wire_bytes;
  made.packet = static_cast<std::uint32_t>(piece.from.flow_packet);
  flow.opening.push_back({made, piece.order, from_a});
  flow.opening_bytes.insert(flow.opening_bytes.end(), kept.begin(), kept.end());
}

// The flow of a packet, which it counts; null beyond the limit of flows.
conversation* traffic_builder::find_flow(service_key service, const endpoint& source,
                                         const endpoint& destination, origin& from) {
  const flow_key key{service, std::min(source, destination), std::max(source, destination)};
  auto found = flow_ids_.find(key);
  if (found == flow_ids_.end()) {
    if (flows_.size() >= options_.flows_limit) {
      refused_.add("packets of flows over the limit of " + std::to_string(options_.flows_limit), 1,
                   0, packet_place(from.packet));
      return nullptr;
    }
    auto& made = flows_.emplace_back();
    made.id = static_cast<std::uint32_t>(flows_.size() - 1);
    made.a = source;
    made.b = destination;
    made.key = service;
    if (service.l4 == transport::tcp || service.l4 == transport::udp) {
      census_.add_flow(service.l4, source.port, destination.port);
      const bool first = census_.first_serves(service.l4, source, destination);
      made.key.number = first ? source.port : destination.port;
    }
    store_.add_flow(made);
    found = flow_ids_.emplace(key, made.id).first;
  }
  auto& flow = flows_[found->second];
  from.flow_packet = ++flow.packets;
  return &flow;
}

std::vector<traffic_group_ptr> traffic_builder::finish() {
  for (const auto& incomplete : fragments_.take_incomplete(true)) add_datagram(incomplete);
  for (auto& flow : flows_) {
    if (flow.tcp) flush(flow);
  }
  return store_.finish(census_, refused_);
}

}  // namespace troupe::ingest
