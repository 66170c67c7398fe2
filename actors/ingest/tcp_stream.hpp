#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "actors/ingest/bytes.hpp"
#include "messages/ids.hpp"

namespace troupe::ingest {

/// Where and when bytes were seen.
struct origin {
  std::uint64_t packet = 0;       // 1-based, in the capture
  std::uint64_t flow_packet = 0;  // 1-based, in the flow
  duration time{0};               // since 1970
};

/// The payload of one TCP packet.
struct tcp_segment {
  std::uint32_t sequence = 0;
  byte_view bytes;               // as captured
  std::uint32_t wire_bytes = 0;  // at least bytes.size()
  bool push = false;
  origin from;
};

/// Bytes in stream order; of one segment, so its end may be a message's end.
struct stream_piece {
  byte_view bytes;
  std::uint32_t wire_bytes = 0;
  bool push = false;
  bool gap_before = false;  // bytes of the stream are missing before it
  bool begins = false;      // the first byte behind the handshake
  std::uint64_t order = 0;  // capture position; never falls within a stream
  origin from;
};

/// Puts one direction of a TCP connection in order. Of bytes seen twice the first ones hold. A hole
/// is given up when the other side has acknowledged bytes behind it (the capture missed them), when
/// `budget_bytes` wait behind it, or at the end. What comes for it after that is counted as late.
///
/// Ours rather than libtins' DataTracker: that forgets packet bounds, push flags and packet
/// numbers, which framing and the classifier need, and knows neither gaps nor a bound.
class tcp_stream {
 public:
  using sink = std::function<void(const stream_piece&)>;
  enum class verdict : std::uint8_t {
    used,          // delivered or waiting
    repeated,      // seen before
    before_start,  // older than the middle of the stream where the capture began
    outside,       // nowhere near the stream
  };

  explicit tcp_stream(std::uint64_t budget_bytes) : budget_bytes_(budget_bytes) {}

  /// A SYN with this sequence number. A new connection on old ports starts the stream again.
  void begin(std::uint32_t sequence, const sink& to);
  verdict add(const tcp_segment& segment, const sink& to);
  /// Bytes since the last call that came after the hole that they belong to had been given up.
  [[nodiscard]] std::uint64_t take_late_bytes() noexcept { return std::exchange(late_bytes_, 0); }
  /// The other side has everything before `number`.
  void acknowledged(std::uint32_t number, const sink& to);
  /// Gives up all holes and delivers what waits.
  void flush(const sink& to);

  [[nodiscard]] std::uint64_t held_bytes() const noexcept { return held_bytes_; }

 private:
  struct waiting {
    std::vector<std::uint8_t> bytes;
    std::uint32_t wire_bytes = 0;
    bool push = false;
    origin from;
  };

  [[nodiscard]] std::uint64_t unwrap(std::uint32_t sequence) const noexcept;
  void deliver(byte_view bytes, std::uint32_t wire_bytes, bool push, const origin& from,
               const sink& to);
  void deliver_contiguous(const sink& to);
  void skip_hole(const sink& to);
  void hold(std::uint64_t at, const tcp_segment& segment);
  void restart(std::uint32_t sequence, bool handshake) noexcept;
  void count_late(std::uint64_t begin, std::uint64_t end) noexcept;

  std::uint64_t budget_bytes_;
  bool started_ = false;
  bool handshake_ = false;
  bool gap_ = false;         // before the next piece
  std::uint64_t start_ = 0;  // stream position of the first byte
  std::uint64_t next_ = 0;   // of the next byte to deliver
  std::uint32_t next_sequence_ = 0;
  std::uint64_t order_ = 0;
  std::uint32_t looks_since_hole_ = 0;
  std::uint32_t stray_next_ = 0;  // where the last segment outside ended
  bool stray_ = false;
  std::map<std::uint64_t, waiting> held_;
  std::uint64_t held_bytes_ = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> holes_;  // given up, begin and end
  std::uint64_t late_bytes_ = 0;
};

}  // namespace troupe::ingest
