#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/ingest/cutter.hpp"
#include "actors/ingest/service.hpp"
#include "actors/ingest/tcp_stream.hpp"
#include "messages/traffic.hpp"

namespace troupe::ingest {

/// What names a service: a transport with the server's port, an IP protocol, or an EtherType.
struct service_key {
  transport l4 = transport::none;
  std::uint16_t number = 0;

  friend auto operator<=>(const service_key&, const service_key&) = default;
};

/// A piece of a TCP stream that waits until its group's framing is known.
struct held_piece {
  stream_piece piece;  // its bytes are in the conversation's held_bytes
  std::uint32_t size = 0;
  bool from_a = true;
};

/// The two streams of a TCP conversation and what waits to be cut.
struct tcp_state {
  explicit tcp_state(std::uint64_t budget_bytes)
      : streams{tcp_stream(budget_bytes), tcp_stream(budget_bytes)} {}

  tcp_stream streams[2];  // of the first endpoint, of the second
  std::vector<held_piece> held;
  std::vector<std::uint8_t> held_bytes;
  std::optional<stream_cutter> cutter;
};

/// One opening segment before the client is known.
struct opening_segment {
  segment kept;
  std::uint64_t order = 0;
  bool from_a = true;
};

/// One flow while it is being read.
struct conversation {
  std::uint32_t id = 0;  // in order of their first packets
  service_key key;       // provisional until the end
  endpoint a;            // sent first
  endpoint b;
  std::optional<bool> a_serves;  // by the handshake
  std::uint64_t packets = 0;
  std::uint64_t messages = 0;  // seen
  std::uint64_t bytes = 0;
  std::vector<opening_segment> opening;
  std::vector<std::uint8_t> opening_bytes;
  std::unique_ptr<tcp_state> tcp;
};

}  // namespace troupe::ingest
