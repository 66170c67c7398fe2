#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "actors/pipeline/classifier/labelled_flow.hpp"

namespace troupe::toy {

/// A flow with the messages appended so far, sent in turn by client and server.
inline void append_message(labelled_flow& to, std::span<const std::uint8_t> bytes) {
  segment made;
  made.dir = to.opening.size() % 2 == 0 ? direction::client_to_server : direction::server_to_client;
  made.offset = static_cast<std::uint32_t>(to.bytes.size());
  made.size = static_cast<std::uint32_t>(bytes.size());
  made.wire_size = made.size;
  made.packet = static_cast<std::uint32_t>(to.opening.size()) + 1;
  to.bytes.insert(to.bytes.end(), bytes.begin(), bytes.end());
  to.opening.push_back(made);
}

inline std::vector<std::uint8_t> random_bytes(std::mt19937_64& random, std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::ranges::generate(bytes, [&] { return static_cast<std::uint8_t>(random() & 0xffU); });
  return bytes;
}

/// One message: `head`, then 20 bytes that mean nothing.
inline std::vector<std::uint8_t> message_with(std::initializer_list<std::uint8_t> head,
                                              std::mt19937_64& random) {
  std::vector<std::uint8_t> bytes(head);
  const auto tail = random_bytes(random, 20);
  bytes.insert(bytes.end(), tail.begin(), tail.end());
  return bytes;
}

inline labelled_flow flow_of(const std::string& label, std::initializer_list<std::uint8_t> head,
                             transport l4, std::mt19937_64& random, std::size_t messages = 4) {
  labelled_flow made;
  made.label = label;
  made.l4 = l4;
  for (std::size_t i = 0; i < messages; ++i) append_message(made, message_with(head, random));
  return made;
}

/// Six protocols over UDP, each with its own first four bytes; eight captures each from two
/// sources, three flows a capture.
inline std::vector<labelled_flow> six_protocols(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const std::initializer_list<std::uint8_t> heads[] = {
      {0xaa, 0x01, 0x00, 0x10}, {0xbb, 0x02, 0x01, 0x20}, {0xcc, 0x03, 0x02, 0x30},
      {0xdd, 0x04, 0x03, 0x40}, {0xee, 0x05, 0x04, 0x50}, {0x11, 0x06, 0x05, 0x60}};
  const std::string labels[] = {"alpha", "beta", "delta", "epsilon", "gamma", "zeta"};
  std::vector<labelled_flow> flows;
  for (std::size_t label = 0; label < 6; ++label) {
    for (int capture = 0; capture < 8; ++capture) {
      for (int flow = 0; flow < 3; ++flow) {
        labelled_flow made = flow_of(labels[label], heads[label], transport::udp, random);
        made.capture = labels[label] + std::to_string(capture);
        made.source = capture % 2 == 0 ? "east" : "west";
        flows.push_back(std::move(made));
      }
    }
  }
  return flows;
}

}  // namespace troupe::toy
