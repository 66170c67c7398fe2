#include "messages/traffic.hpp"

#include <xxhash.h>

#include <memory>

namespace troupe {

std::string_view to_string(direction dir) noexcept {
  return dir == direction::client_to_server ? "c2s" : "s2c";
}

std::string_view to_string(transport l4) noexcept {
  switch (l4) {
    case transport::none: return "";
    case transport::udp: return "UDP";
    case transport::tcp: return "TCP";
    case transport::raw_ip: return "IP";
    case transport::ethernet: return "Ethernet";
  }
  return "";
}

namespace {

std::string printable(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += "\\x";
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

}  // namespace

std::string describe(const framing& how) {
  switch (how.kind) {
    case framing::how::given: return "as given in the input";
    case framing::how::datagram: return "one datagram, one message";
    case framing::how::length_prefix:
      return "length prefix: " + std::to_string(how.width) + (how.width == 1 ? " byte" : " bytes") +
             (how.width == 1      ? ""
              : how.little_endian ? " little endian"
                                  : " big endian") +
             " at offset " + std::to_string(how.offset) + (how.bias < 0 ? " - " : " + ") +
             std::to_string(how.bias < 0 ? -how.bias : how.bias);
    case framing::how::delimiter: return "delimiter " + printable(how.delimiter);
    case framing::how::direction_and_pause: return "change of direction, push and pause";
  }
  return {};
}

content_hash hash_of(const traffic_group& group) {
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(),
                                                                              &XXH3_freeState);
  XXH3_128bits_reset(state.get());
  const auto add = [&](const void* data, std::size_t size) {
    XXH3_128bits_update(state.get(), data, size);
  };
  const auto number = [&](std::uint64_t value) { add(&value, sizeof value); };
  number(static_cast<std::uint64_t>(group.l4));
  number(group.messages.size());
  for (const auto& m : group.messages) {
    number((std::uint64_t{m.flow} << 1U) | static_cast<std::uint64_t>(m.dir));
    number(static_cast<std::uint64_t>(m.since_start.count()));
    number(m.size);
    add(group.bytes.data() + m.offset, m.size);
  }
  for (const auto& f : group.flows) {
    number(f.opening.size());
    for (const auto& s : f.opening) {
      number((std::uint64_t{s.wire_size} << 1U) | static_cast<std::uint64_t>(s.dir));
      number(s.size);
      add(group.opening_bytes.data() + s.offset, s.size);
    }
  }
  const auto digest = XXH3_128bits_digest(state.get());
  return {digest.high64, digest.low64};
}

}  // namespace troupe
