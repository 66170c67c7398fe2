#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/ids.hpp"

namespace troupe {

/// Who sent a message. In a flow whose opener is unknown, the endpoint that sends first counts as
/// the client.
enum class direction : std::uint8_t { client_to_server = 0, server_to_client = 1 };

[[nodiscard]] std::string_view to_string(direction dir) noexcept;  // "c2s", "s2c"

enum class transport : std::uint8_t { none, udp, tcp, raw_ip, ethernet };

[[nodiscard]] std::string_view to_string(
    transport l4) noexcept;  // "", "UDP", "TCP", "IP", "Ethernet"

/// How a stream of bytes was cut into messages.
struct framing {
  enum class how : std::uint8_t {
    given,               // the input had messages already (JSONL, hex lines)
    datagram,            // one packet, one message
    length_prefix,       // an integer inside each message says its length, in every stream
    delimiter,           // messages end with the same bytes, in every stream
    direction_and_pause  // fallback: change of direction, push flag, pause
  };

  how kind = how::given;
  // length_prefix: message bytes = value of `width` bytes at `offset` + `bias`
  std::uint32_t offset = 0;
  std::uint32_t width = 0;
  bool little_endian = false;
  std::int64_t bias = 0;
  std::string delimiter;         // delimiter: the ending bytes
  double explained_share = 1.0;  // share of the stream bytes that the rule explains, 0..1

  friend bool operator==(const framing&, const framing&) = default;
};

/// One line for a person: "length prefix: 2 bytes big endian at offset 4, + 6".
[[nodiscard]] std::string describe(const framing& how);

/// One application message: a view into its group's bytes.
struct message {
  std::uint32_t flow = 0;  // index into traffic_group::flows
  direction dir = direction::client_to_server;
  std::uint32_t offset = 0;  // into traffic_group::bytes
  std::uint32_t size = 0;    // bytes
  duration since_start{
      0};  // capture time since the group's first message, may be negative in unordered captures
  std::uint64_t source = 0;  // where it came from: packet number (1-based) in a capture, line
                             // number (1-based) in a text

  friend bool operator==(const message&, const message&) = default;
};

/// One payload-carrying packet of a flow's beginning, as it was on the wire: the classifier's
/// input. TCP segments are in stream order with retransmissions left out; offset and size refer to
/// traffic_group::opening_bytes.
struct segment {
  direction dir = direction::client_to_server;
  std::uint32_t offset = 0;
  std::uint32_t size = 0;  // bytes kept, at most opening_limit::segment_bytes
  std::uint32_t wire_size =
      0;  // payload bytes on the wire, from the IP header, also where the capture cut the packet
  std::uint32_t packet =
      0;  // 1-based number of this packet within its flow, payload-less packets counted

  friend bool operator==(const segment&, const segment&) = default;
};

/// How much of a flow's beginning is kept for the classifier.
struct opening_limit {
  static constexpr std::uint32_t segments_per_direction = 8;
  static constexpr std::uint32_t segment_bytes = 256;
};

/// One conversation between two endpoints.
struct flow {
  transport l4 = transport::none;
  std::string client;  // "192.0.2.1:1024", "[2001:db8::1]:53", a MAC address, or "" when not known
  std::string server;
  bool opener_seen = false;      // the client is known from a handshake, not guessed
  std::uint64_t packets = 0;     // all packets of the flow, those without payload too
  std::vector<segment> opening;  // the first payload packets, in order

  friend bool operator==(const flow&, const flow&) = default;
};

/// What was seen but could not be used, by reason. Nothing is dropped silently.
struct unused_input {
  std::string reason;          // "over the group's budget of 64 MiB", "packet cut by the capture"
  std::uint64_t messages = 0;  // or packets, where no message could be made
  std::uint64_t bytes = 0;
  std::string first_place;  // "packet 17", "line 3", "packet 17, offset 42"; may be empty

  friend bool operator==(const unused_input&, const unused_input&) = default;
};

/// All the traffic of one service endpoint: the unit of discovery. Immutable once built; shared,
/// never copied.
struct traffic_group {
  std::string
      name;  // "UDP/53", "TCP/502", "Ethernet/0x88b8", or a text file's name up to its first dot
  transport l4 = transport::none;
  std::uint16_t server_port = 0;  // 0: none (not a feature of any model; for people only)
  framing frames;
  std::vector<flow> flows;
  std::vector<message> messages;            // in capture order
  std::vector<std::uint8_t> bytes;          // all messages' bytes
  std::vector<std::uint8_t> opening_bytes;  // all opening segments' bytes
  std::uint64_t messages_seen = 0;          // those kept and those sampled away
  std::uint64_t bytes_seen = 0;
  std::vector<unused_input> unused;

  [[nodiscard]] std::span<const std::uint8_t> payload(const message& m) const {
    return std::span(bytes).subspan(m.offset, m.size);
  }
  [[nodiscard]] std::span<const std::uint8_t> payload(const segment& s) const {
    return std::span(opening_bytes).subspan(s.offset, s.size);
  }
};

using traffic_group_ptr = std::shared_ptr<const traffic_group>;

/// Identity of everything that can change an answer: messages, directions, flows, times and
/// openings; not names or addresses.
[[nodiscard]] content_hash hash_of(const traffic_group& group);

}  // namespace troupe
