#include "tests/support/packet_builder.hpp"

#include <arpa/inet.h>
#include <zlib.h>

#include <algorithm>
#include <stdexcept>

namespace troupe::test {

namespace {

bytes address(std::string_view from) {
  const std::string name(from);
  const bool v6 = name.find(':') != name.npos;
  bytes made(v6 ? 16 : 4);
  if (::inet_pton(v6 ? AF_INET6 : AF_INET, name.c_str(), made.data()) != 1) {
    throw std::invalid_argument("no address: " + name);
  }
  return made;
}

bytes padded(bytes body) {
  body.resize((body.size() + 3) / 4 * 4);
  return body;
}

}  // namespace

bytes hex(std::string_view digits) {
  std::string plain;
  std::copy_if(digits.begin(), digits.end(), std::back_inserter(plain),
               [](char c) { return c != ' '; });
  bytes made;
  for (std::size_t i = 0; i + 1 < plain.size(); i += 2) {
    made.push_back(static_cast<std::uint8_t>(std::stoi(plain.substr(i, 2), nullptr, 16)));
  }
  return made;
}

bytes text(std::string_view characters) { return {characters.begin(), characters.end()}; }

bytes operator+(bytes left, const bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

bytes big(std::uint64_t value, int width) {
  bytes made;
  for (int i = width - 1; i >= 0; --i) made.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  return made;
}

bytes little(std::uint64_t value, int width) {
  auto made = big(value, width);
  std::reverse(made.begin(), made.end());
  return made;
}

bytes udp(std::uint16_t from, std::uint16_t to, const bytes& payload) {
  return big(from, 2) + big(to, 2) + big(8 + payload.size(), 2) + big(0, 2) + payload;
}

bytes tcp(std::uint16_t from, std::uint16_t to, const tcp_options& options, const bytes& payload) {
  return big(from, 2) + big(to, 2) + big(options.sequence, 4) + big(options.acknowledges, 4) +
         bytes{0x50, options.flags} + big(65'535, 2) + big(0, 4) + payload;
}

bytes ipv4(std::string_view from, std::string_view to, std::uint8_t protocol, const bytes& payload,
           std::uint16_t id, std::uint16_t fragment) {
  return bytes{0x45, 0} + big(20 + payload.size(), 2) + big(id, 2) + big(fragment, 2) +
         bytes{64, protocol} + big(0, 2) + address(from) + address(to) + payload;
}

bytes ipv6(std::string_view from, std::string_view to, std::uint8_t next, const bytes& payload) {
  return bytes{0x60, 0, 0, 0} + big(payload.size(), 2) + bytes{next, 64} + address(from) +
         address(to) + payload;
}

bytes ethernet(std::uint16_t type, const bytes& payload) {
  return hex("02 00 00 00 00 02  02 00 00 00 00 01") + big(type, 2) + payload;
}

pcap_builder::pcap_builder(std::uint32_t link_type, bool big_endian, bool nanoseconds)
    : big_endian_(big_endian), nanoseconds_(nanoseconds) {
  file_ = number(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 4) + number(2, 2) + number(4, 2) +
          number(0, 8) + number(262'144, 4) + number(link_type, 4);
}

bytes pcap_builder::number(std::uint64_t value, int width) const {
  return big_endian_ ? big(value, width) : little(value, width);
}

pcap_builder& pcap_builder::add(const bytes& packet, std::uint64_t microseconds,
                                std::uint32_t wire_bytes) {
  const auto fraction = microseconds % 1'000'000 * (nanoseconds_ ? 1000 : 1);
  const auto wire = wire_bytes == 0 ? packet.size() : wire_bytes;
  for (const auto value :
       {microseconds / 1'000'000, fraction, std::uint64_t{packet.size()}, std::uint64_t{wire}}) {
    file_ = std::move(file_) + number(value, 4);
  }
  file_ = std::move(file_) + packet;
  return *this;
}

bytes pcapng_builder::number(std::uint64_t value, int width) const {
  return big_endian_ ? big(value, width) : little(value, width);
}

pcapng_builder& pcapng_builder::block(std::uint32_t type, const bytes& body) {
  const auto length = number(12 + padded(body).size(), 4);
  file_ = std::move(file_) + number(type, 4) + length + padded(body) + length;
  return *this;
}

pcapng_builder& pcapng_builder::section(bool big_endian) {
  big_endian_ = big_endian;
  return block(0x0a0d0d0a, number(0x1a2b3c4d, 4) + number(1, 2) + number(0, 2) + bytes(8, 0xff));
}

pcapng_builder& pcapng_builder::interface(std::uint16_t link_type, std::uint8_t resolution) {
  return block(1, number(link_type, 2) + number(0, 2) + number(0, 4) + number(9, 2) + number(1, 2) +
                      bytes{resolution, 0, 0, 0} + number(0, 4));
}

pcapng_builder& pcapng_builder::packet(std::uint32_t interface, const bytes& packet,
                                       std::uint64_t units) {
  return block(6, number(interface, 4) + number(units >> 32U, 4) + number(units & 0xffffffffU, 4) +
                      number(packet.size(), 4) + number(packet.size(), 4) + packet);
}

pcapng_builder& pcapng_builder::simple_packet(const bytes& packet) {
  return block(3, number(packet.size(), 4) + packet);
}

bytes gzip(const bytes& plain) {
  z_stream state{};
  constexpr int gzip_window = 16 + MAX_WBITS;
  if (::deflateInit2(&state, 6, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  bytes packed(::deflateBound(&state, plain.size()) + 32);
  auto copy = plain;
  state.next_in = copy.data();
  state.avail_in = static_cast<uInt>(copy.size());
  state.next_out = packed.data();
  state.avail_out = static_cast<uInt>(packed.size());
  ::deflate(&state, Z_FINISH);
  packed.resize(state.total_out);
  ::deflateEnd(&state);
  return packed;
}

}  // namespace troupe::test
