#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "actors/ingest/tally.hpp"
#include "actors/ingest/tcp_stream.hpp"
#include "messages/traffic.hpp"

namespace troupe::ingest {

/// A message cut out of a TCP stream; its bytes are valid during the call only.
struct cut_message {
  byte_view bytes;
  std::uint64_t order = 0;
  origin from;  // of its first byte
  bool from_a = true;
  std::uint64_t wire_bytes = 0;  // more than `bytes` where it was over the limit
};

/// Cuts both directions of one connection into messages, by a rule that was learnt. Bytes that
/// belong to no whole message (a stream's beginning that was not seen, its cut end) are counted,
/// not returned. Memory: one message of each direction.
class stream_cutter {
 public:
  using sink = std::function<void(const cut_message&)>;

  stream_cutter(framing rule, std::uint32_t message_limit_bytes)
      : rule_(std::move(rule)), limit_(std::max(message_limit_bytes, smallest_limit_bytes)) {}

  /// Headers must fit below the limit of a message.
  static constexpr std::uint32_t smallest_limit_bytes = 64;

  void feed(const stream_piece& piece, bool from_a, const sink& to);
  /// Ends the messages that are not complete and frees their memory. Pieces that come still are
  /// cut from where a message begins again.
  void finish(const sink& to);

  /// Bytes of messages that are not complete yet.
  [[nodiscard]] std::uint64_t pending_bytes() const noexcept {
    return sides_[0].pending.capacity() + sides_[1].pending.capacity();
  }
  [[nodiscard]] tally& unused() noexcept { return unused_; }

 private:
  struct side {
    std::vector<std::uint8_t> pending;  // the message that is being collected
    std::uint64_t wire_bytes = 0;       // of it, more than `pending` when over the limit
    std::uint64_t order = 0;
    origin from;
    std::uint64_t wanted = 0;  // its whole length, 0: not known yet
    std::uint32_t largest_piece = 0;
    duration last{0};
    bool synced = false;       // the next byte begins a message
    std::uint32_t recent = 0;  // the last four bytes
  };

  void feed_open(const stream_piece& piece, bool from_a, const sink& to);
  void feed_lengths(const stream_piece& piece, bool from_a, const sink& to);
  void feed_delimited(const stream_piece& piece, bool from_a, const sink& to);
  [[nodiscard]] bool fits_here(byte_view bytes) const;
  void collect(side& into, byte_view bytes, const stream_piece& from);
  void emit(side& from, bool from_a, const sink& to);
  void discard(side& from, const char* reason);
  static void clear(side& which);

  framing rule_;
  std::uint32_t limit_;
  std::array<side, 2> sides_;
  tally unused_;
};

}  // namespace troupe::ingest
