#include "actors/ingest/cutter.hpp"

#include <algorithm>
#include <chrono>

#include "actors/ingest/framing_rule.hpp"

namespace troupe::ingest {

namespace {

// Longer than delays between the packets of one write, shorter than people and most timers.
constexpr duration pause = std::chrono::milliseconds(200);
// Below it a packet is no full one, whatever else the connection shows (RFC 9293, 3.7.1).
constexpr std::uint32_t smallest_full_packet_bytes = 536;

constexpr auto before_sync = "part of a message whose beginning was not seen";
constexpr auto cut_end = "part of a message whose end was not seen";
constexpr auto no_rule = "bytes that do not follow the group's framing";

}  // namespace

void stream_cutter::feed(const stream_piece& piece, bool from_a, const sink& to) {
  auto& mine = sides_[from_a ? 0 : 1];
  if (piece.gap_before || piece.begins) {
    if (rule_.kind == framing::how::direction_and_pause) {
      emit(mine, from_a, to);
    } else {
      discard(mine, cut_end);
    }
    mine.synced = piece.begins;
  }
  switch (rule_.kind) {
    case framing::how::length_prefix: return feed_lengths(piece, from_a, to);
    case framing::how::delimiter: return feed_delimited(piece, from_a, to);
    case framing::how::given:
    case framing::how::datagram:
    case framing::how::direction_and_pause: return feed_open(piece, from_a, to);
  }
}

// Without a rule: a message ends when the other side speaks, with a push on a packet that is not
// full, and after a pause.
void stream_cutter::feed_open(const stream_piece& piece, bool from_a, const sink& to) {
  auto& mine = sides_[from_a ? 0 : 1];
  emit(sides_[from_a ? 1 : 0], !from_a, to);
  if (piece.from.time - mine.last > pause) emit(mine, from_a, to);
  collect(mine, piece.bytes, piece);
  mine.last = piece.from.time;
  mine.largest_piece = std::max(mine.largest_piece, piece.wire_bytes);
  const bool full =
      piece.wire_bytes >= smallest_full_packet_bytes && piece.wire_bytes == mine.largest_piece;
  if (piece.push && !full) emit(mine, from_a, to);
}

void stream_cutter::feed_lengths(const stream_piece& piece, bool from_a, const sink& to) {
  auto& mine = sides_[from_a ? 0 : 1];
  auto bytes = piece.bytes;
  if (!mine.synced) {
    mine.synced = fits_here(bytes);
    if (!mine.synced)
      return unused_.add(before_sync, 0, bytes.size(), packet_place(piece.from.packet));
  }
  while (!bytes.empty()) {
    const auto header = rule_.offset + std::uint64_t{rule_.width};
    const auto goal = mine.wanted != 0 ? mine.wanted : header;
    const auto part = at_most(bytes, static_cast<std::size_t>(goal - mine.wire_bytes));
    collect(mine, part, piece);
    bytes = bytes.subspan(part.size());
    if (mine.wire_bytes < goal) return;
    if (mine.wanted == 0) {
      const auto length = message_length(rule_, mine.pending);
      if (!length) {
        mine.synced = false;
        discard(mine, no_rule);
        return unused_.add(no_rule, 0, bytes.size(), packet_place(piece.from.packet));
      }
      mine.wanted = *length;
    }
    if (mine.wire_bytes == mine.wanted) emit(mine, from_a, to);
  }
}

void stream_cutter::feed_delimited(const stream_piece& piece, bool from_a, const sink& to) {
  auto& mine = sides_[from_a ? 0 : 1];
  const auto* ending = reinterpret_cast<const std::uint8_t*>(rule_.delimiter.data());
  const auto size = rule_.delimiter.size();  // at most four
  const auto wanted = static_cast<std::uint32_t>(load({ending, size}, size, false));
  const auto mask = ~std::uint32_t{0} >> (32U - 8U * size);
  for (const auto& byte : piece.bytes) {
    collect(mine, byte_view(&byte, 1), piece);
    mine.recent = (mine.recent << 8U) | byte;
    if (mine.wire_bytes < size || (mine.recent & mask) != wanted) continue;
    if (mine.synced) {
      emit(mine, from_a, to);
    } else {
      discard(mine, before_sync);
      mine.synced = true;
    }
  }
}

// Whether messages may begin here: they must fill the packet, or one must end inside it.
bool stream_cutter::fits_here(byte_view bytes) const {
  bool one = false;
  while (!bytes.empty()) {
    const auto length = message_length(rule_, bytes);
    if (!length) return false;
    if (*length == 0 || *length > bytes.size()) return one;
    bytes = bytes.subspan(*length);
    one = true;
  }
  return one;
}

void stream_cutter::collect(side& into, byte_view bytes, const stream_piece& from) {
  if (bytes.empty()) return;
  if (into.wire_bytes == 0) {
    into.order = from.order;
    into.from = from.from;
  }
  into.wire_bytes += bytes.size();
  const auto room = at_most(bytes, limit_ - std::min<std::size_t>(limit_, into.pending.size()));
  into.pending.insert(into.pending.end(), room.begin(), room.end());
}

void stream_cutter::emit(side& from, bool from_a, const sink& to) {
  if (from.wire_bytes > 0) to({from.pending, from.order, from.from, from_a, from.wire_bytes});
  clear(from);
}

void stream_cutter::clear(side& which) {
  constexpr std::size_t kept_capacity_bytes = 2048;  // there may be many idle connections
  which.pending.clear();
  if (which.pending.capacity() > kept_capacity_bytes) which.pending.shrink_to_fit();
  which.wire_bytes = 0;
  which.wanted = 0;
}

void stream_cutter::discard(side& from, const char* reason) {
  if (from.wire_bytes > 0) unused_.add(reason, 1, from.wire_bytes, packet_place(from.from.packet));
  clear(from);
}

void stream_cutter::finish(const sink& to) {
  for (const bool from_a : {true, false}) {
    auto& mine = sides_[from_a ? 0 : 1];
    if (rule_.kind == framing::how::direction_and_pause) {
      emit(mine, from_a, to);
    } else {
      if (mine.wire_bytes > 0) mine.synced = false;
      discard(mine, cut_end);
    }
    mine.pending = {};
  }
}

}  // namespace troupe::ingest
