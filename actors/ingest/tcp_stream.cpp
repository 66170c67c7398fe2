#include "actors/ingest/tcp_stream.hpp"

#include <algorithm>

namespace troupe::ingest {

namespace {

// Stream positions start here, so that what is older than the start is not negative.
constexpr std::uint64_t origin_position = std::uint64_t{1} << 33U;
// Farther ahead than any window in use: a wrong sequence number, not a hole.
constexpr std::uint64_t farthest_ahead = std::uint64_t{64} << 20U;
// An acknowledgement may overtake its data in a capture of several queues; that settles in a few
// packets.
constexpr std::uint32_t looks_before_skip = 8;
constexpr std::uint64_t held_overhead_bytes = 128;  // of one node of the map
// More holes of one stream share a record with what is between them.
constexpr std::size_t holes_limit = 8;

}  // namespace

void tcp_stream::restart(std::uint32_t sequence, bool handshake) noexcept {
  started_ = true;
  handshake_ = handshake;
  gap_ = false;
  stray_ = false;
  holes_.clear();
  next_sequence_ = sequence;
  start_ = next_ = origin_position;
}

void tcp_stream::begin(std::uint32_t sequence, const sink& to) {
  const std::uint32_t first_byte = sequence + 1;
  if (started_) {
    // Seen already: the same handshake again, or one that the capture shows behind its data.
    const auto position = unwrap(first_byte);
    if (position == start_) return;
    flush(to);
  }
  restart(first_byte, true);
}

std::uint64_t tcp_stream::unwrap(std::uint32_t sequence) const noexcept {
  const auto ahead = static_cast<std::int32_t>(sequence - next_sequence_);
  return next_ + static_cast<std::uint64_t>(std::int64_t{ahead});
}

tcp_stream::verdict tcp_stream::add(const tcp_segment& segment, const sink& to) {
  if (segment.wire_bytes == 0) return verdict::used;
  if (!started_) restart(segment.sequence, false);
  const auto at = unwrap(segment.sequence);
  const auto end = at + segment.wire_bytes;
  if (at > next_ + farthest_ahead) {
    const bool second = stray_ && stray_next_ == segment.sequence;
    stray_ = true;
    stray_next_ = segment.sequence + segment.wire_bytes;
    if (!second) return verdict::outside;
    flush(to);  // two in a row that fit each other: the capture lost much
    restart(segment.sequence, false);
    gap_ = true;
    return add(segment, to);
  }
  count_late(at, std::min(end, next_));
  if (end <= next_) return end <= start_ ? verdict::before_start : verdict::repeated;
  auto fresh = segment;
  if (at < next_) {
    const auto known = static_cast<std::size_t>(next_ - at);
    fresh.wire_bytes -= static_cast<std::uint32_t>(known);
    fresh.bytes = fresh.bytes.subspan(std::min(known, fresh.bytes.size()));
  }
  if (at <= next_ && held_.empty()) {
    deliver(fresh.bytes, fresh.wire_bytes, fresh.push, fresh.from, to);
  } else {
    hold(std::max(at, next_), fresh);
    deliver_contiguous(to);
  }
  ++looks_since_hole_;
  while (held_bytes_ > budget_bytes_) skip_hole(to);
  return verdict::used;
}

void tcp_stream::count_late(std::uint64_t begin, std::uint64_t end) noexcept {
  for (const auto& [from, until] : holes_) {
    const auto first = std::max(begin, from);
    const auto last = std::min(end, until);
    if (first < last) late_bytes_ += last - first;
  }
}

void tcp_stream::hold(std::uint64_t at, const tcp_segment& segment) {
  if (held_.empty()) looks_since_hole_ = 0;
  const auto end = at + segment.wire_bytes;
  const auto begin = at;
  while (at < end) {
    auto next = held_.upper_bound(at);
    if (next != held_.begin()) {
      const auto& before = *std::prev(next);
      const auto taken = before.first + before.second.wire_bytes;
      if (taken > at) {
        at = taken;
        continue;
      }
    }
    const auto until = next == held_.end() ? end : std::min(end, next->first);
    const auto wire = static_cast<std::size_t>(until - at);
    const auto skipped = std::min(static_cast<std::size_t>(at - begin), segment.bytes.size());
    const auto bytes = at_most(segment.bytes.subspan(skipped), wire);
    held_.emplace_hint(next, at,
                       waiting{{bytes.begin(), bytes.end()},
                               static_cast<std::uint32_t>(wire),
                               segment.push && until == end,
                               segment.from});
    held_bytes_ += bytes.size() + held_overhead_bytes;
    at = until;
  }
}

void tcp_stream::deliver(byte_view bytes, std::uint32_t wire_bytes, bool push, const origin& from,
                         const sink& to) {
  order_ = std::max(order_, from.packet);
  const bool begins = handshake_ && next_ == start_ && !gap_;
  to({bytes, wire_bytes, push, gap_, begins, order_, from});
  gap_ = bytes.size() < wire_bytes;  // a packet that the capture cut
  next_ += wire_bytes;
  next_sequence_ += wire_bytes;
}

void tcp_stream::deliver_contiguous(const sink& to) {
  while (!held_.empty() && held_.begin()->first <= next_) {
    const auto node = held_.extract(held_.begin());
    held_bytes_ -= node.mapped().bytes.size() + held_overhead_bytes;
    const auto& piece = node.mapped();
    deliver(piece.bytes, piece.wire_bytes, piece.push, piece.from, to);
    looks_since_hole_ = 0;
  }
}

void tcp_stream::skip_hole(const sink& to) {
  if (held_.empty()) return;
  const auto missing = held_.begin()->first - next_;
  if (holes_.size() == holes_limit) {
    holes_[1].first = holes_[0].first;
    holes_.erase(holes_.begin());
  }
  holes_.emplace_back(next_, next_ + missing);
  next_ += missing;
  next_sequence_ += static_cast<std::uint32_t>(missing);
  gap_ = true;
  deliver_contiguous(to);
}

void tcp_stream::acknowledged(std::uint32_t number, const sink& to) {
  if (held_.empty()) return;
  ++looks_since_hole_;
  const auto has = unwrap(number);
  while (!held_.empty() && looks_since_hole_ >= looks_before_skip && has > held_.begin()->first &&
         has < next_ + farthest_ahead) {
    skip_hole(to);
  }
}

void tcp_stream::flush(const sink& to) {
  while (!held_.empty()) skip_hole(to);
}

}  // namespace troupe::ingest
