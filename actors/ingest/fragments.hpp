#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "actors/ingest/ip_layer.hpp"

namespace troupe::ingest {

/// A datagram put together from its fragments; owns its bytes.
struct whole_datagram {
  address source;
  address destination;
  std::uint8_t protocol = 0;
  std::vector<std::uint8_t> bytes;
  std::uint32_t wire_bytes = 0;    // more than `bytes` where parts are missing
  std::uint64_t first_packet = 0;  // number of the fragment that came first
  duration time{0};                // of that fragment
  std::uint64_t fragments = 0;
  std::uint64_t received_bytes = 0;  // of all fragments
};

/// Reassembles IPv4 and IPv6 datagrams, in any order of their fragments. Of overlapping bytes the
/// first ones hold. Bounded: beyond the limits the oldest datagram is given up.
class fragment_table {
 public:
  struct limits {
    std::size_t datagrams = 1024;
    std::size_t bytes = std::size_t{8} << 20U;
  };

  fragment_table() = default;
  explicit fragment_table(limits most) : limits_(most) {}

  /// The whole datagram when `packet` was its last missing part.
  [[nodiscard]] std::optional<whole_datagram> add(const ip_packet& packet, std::uint64_t number,
                                                  duration time);

  /// Incomplete datagrams that were given up, oldest first: of each what is there from its
  /// beginning, which may be nothing. With `all`, those that still wait too.
  [[nodiscard]] std::vector<whole_datagram> take_incomplete(bool all);

 private:
  using key = std::tuple<address, address, std::uint32_t, std::uint8_t>;
  struct datagram {
    std::map<std::uint32_t, std::vector<std::uint8_t>> parts;  // by offset, never overlapping
    std::optional<std::uint32_t> end;
    std::uint64_t first_packet = 0;
    duration time{0};
    std::uint64_t fragments = 0;
    std::uint8_t protocol = 0;  // of the first fragment; IPv6 ones may differ in it
  };

  void store(datagram& into, const ip_packet& packet);
  void forget_finished();
  void give_up_oldest();
  [[nodiscard]] whole_datagram join(const key& which, datagram& from);

  limits limits_;
  std::map<key, datagram> waiting_;
  std::deque<std::pair<key, std::uint64_t>> age_;  // oldest first, with its first packet
  std::size_t held_bytes_ = 0;
  std::vector<whole_datagram> given_up_;
};

}  // namespace troupe::ingest
