#include "actors/ingest/fragments.hpp"

#include <algorithm>
#include <utility>

namespace troupe::ingest {

namespace {

constexpr std::uint32_t datagram_limit_bytes = 65'535;  // RFC 791, 3.1; RFC 8200, 4.5
constexpr std::size_t part_overhead_bytes = 96;         // of one node of the map of parts

}  // namespace

std::optional<whole_datagram> fragment_table::add(const ip_packet& packet, std::uint64_t number,
                                                  duration time) {
  // In IPv6 the id alone names the datagram (RFC 8200, 4.5); in IPv4 the protocol counts too.
  const key which{packet.source, packet.destination, packet.part->id,
                  packet.source.size == 4 ? packet.protocol : std::uint8_t{0}};
  auto found = waiting_.find(which);
  if (found == waiting_.end()) {
    found = waiting_.emplace(which, datagram{}).first;
    found->second.first_packet = number;
    found->second.time = time;
    found->second.protocol = packet.protocol;
    age_.emplace_back(which, number);
    if (age_.size() > 4 * limits_.datagrams) forget_finished();
  }
  auto& whose = found->second;
  ++whose.fragments;
  if (packet.part->offset == 0) whose.protocol = packet.protocol;
  store(whose, packet);

  std::uint32_t covered = 0;
  for (const auto& [offset, bytes] : whose.parts) {
    if (offset != covered) break;
    covered += static_cast<std::uint32_t>(bytes.size());
  }
  if (whose.end && covered >= *whose.end) {
    auto whole = join(which, whose);
    waiting_.erase(found);
    return whole;
  }
  while (waiting_.size() > limits_.datagrams || held_bytes_ > limits_.bytes) give_up_oldest();
  return std::nullopt;
}

void fragment_table::store(datagram& into, const ip_packet& packet) {
  const auto begin = packet.part->offset;
  const auto end = begin + packet.wire_bytes;
  if (end > datagram_limit_bytes) return;  // "ping of death": the datagram stays incomplete
  if (!packet.part->more && !into.end) into.end = end;
  auto bytes = packet.payload;
  auto at = begin;
  while (!bytes.empty()) {
    auto next = into.parts.upper_bound(at);
    if (next != into.parts.begin()) {
      const auto& before = *std::prev(next);
      const auto taken = before.first + static_cast<std::uint32_t>(before.second.size());
      if (taken > at) {
        const auto known = std::min<std::size_t>(taken - at, bytes.size());
        bytes = bytes.subspan(known);
        at += static_cast<std::uint32_t>(known);
        continue;
      }
    }
    const auto room = next == into.parts.end() ? bytes.size() : std::size_t{next->first} - at;
    const auto piece = at_most(bytes, room);
    into.parts.emplace_hint(next, at, std::vector<std::uint8_t>(piece.begin(), piece.end()));
    held_bytes_ += piece.size() + part_overhead_bytes;
    bytes = bytes.subspan(piece.size());
    at += static_cast<std::uint32_t>(piece.size());
  }
}

whole_datagram fragment_table::join(const key& which, datagram& from) {
  whole_datagram whole;
  whole.source = std::get<0>(which);
  whole.destination = std::get<1>(which);
  whole.protocol = from.protocol;
  whole.first_packet = from.first_packet;
  whole.time = from.time;
  whole.fragments = from.fragments;
  bool contiguous = true;
  for (const auto& [offset, bytes] : from.parts) {
    held_bytes_ -= bytes.size() + part_overhead_bytes;
    whole.received_bytes += bytes.size();
    contiguous = contiguous && offset == whole.bytes.size();
    if (contiguous) whole.bytes.insert(whole.bytes.end(), bytes.begin(), bytes.end());
  }
  // Where the end was not seen it may be anywhere.
  whole.wire_bytes = from.end.value_or(datagram_limit_bytes);
  whole.bytes.resize(std::min<std::size_t>(whole.bytes.size(), whole.wire_bytes));
  return whole;
}

void fragment_table::forget_finished() {
  std::erase_if(age_, [this](const auto& one) {
    const auto found = waiting_.find(one.first);
    return found == waiting_.end() || found->second.first_packet != one.second;
  });
}

void fragment_table::give_up_oldest() {
  for (bool given_up = false; !given_up && !age_.empty(); age_.pop_front()) {
    const auto found = waiting_.find(age_.front().first);
    if (found == waiting_.end() || found->second.first_packet != age_.front().second) continue;
    given_up_.push_back(join(found->first, found->second));
    waiting_.erase(found);
    given_up = true;
  }
}

std::vector<whole_datagram> fragment_table::take_incomplete(bool all) {
  while (all && !waiting_.empty()) give_up_oldest();
  return std::exchange(given_up_, {});
}

}  // namespace troupe::ingest
