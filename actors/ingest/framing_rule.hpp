#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "actors/ingest/bytes.hpp"
#include "messages/traffic.hpp"

namespace troupe::ingest {

/// A gapless part of one direction of a TCP stream, for learning.
struct stretch {
  std::vector<std::uint8_t> bytes;
  struct mark {
    std::uint32_t end = 0;  // a packet's payload ended here
    bool turn = false;      // and the other side spoke next (or nobody)
  };
  std::vector<mark> marks;
  bool begins = false;  // with the first byte of the connection
};

/// No length field that claims more is believed.
inline constexpr std::uint64_t longest_message_bytes = std::uint64_t{16} << 20U;

/// Bytes of the message at the front of `bytes` by a length-prefix rule; 0: more bytes are needed
/// to tell; nothing: the rule does not hold here.
[[nodiscard]] std::optional<std::uint64_t> message_length(const framing& rule, byte_view bytes);

/// The rule that cuts all of these streams into messages, or direction_and_pause. Streams may begin
/// in the middle or end cut. A rule needs evidence: several messages of different lengths whose
/// ends agree with the packets that carried them.
[[nodiscard]] framing learn_framing(const std::vector<stretch>& streams);

}  // namespace troupe::ingest
