#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::test {

using bytes = std::vector<std::uint8_t>;

/// Bytes from hexadecimal digits; blanks do not count.
[[nodiscard]] bytes hex(std::string_view digits);
[[nodiscard]] bytes text(std::string_view characters);
[[nodiscard]] bytes operator+(bytes left, const bytes& right);
/// The lowest `width` bytes of a number.
[[nodiscard]] bytes big(std::uint64_t value, int width);
[[nodiscard]] bytes little(std::uint64_t value, int width);

/// Packets, from the inside out. Addresses are "192.0.2.1" or "2001:db8::1"; checksums are zero.
[[nodiscard]] bytes udp(std::uint16_t from, std::uint16_t to, const bytes& payload);

struct tcp_options {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledges = 0;
  std::uint8_t flags = 0x18;  // PSH, ACK
};
inline constexpr std::uint8_t syn = 0x02;
inline constexpr std::uint8_t syn_ack = 0x12;
inline constexpr std::uint8_t ack = 0x10;
inline constexpr std::uint8_t push_ack = 0x18;
[[nodiscard]] bytes tcp(std::uint16_t from, std::uint16_t to, const tcp_options& options,
                        const bytes& payload);

/// `fragment` is the field of RFC 791: 0x2000 means more fragments, then the offset in 8 bytes.
[[nodiscard]] bytes ipv4(std::string_view from, std::string_view to, std::uint8_t protocol,
                         const bytes& payload, std::uint16_t id = 0, std::uint16_t fragment = 0);
[[nodiscard]] bytes ipv6(std::string_view from, std::string_view to, std::uint8_t next,
                         const bytes& payload);
[[nodiscard]] bytes ethernet(std::uint16_t type, const bytes& payload);

/// A classic pcap in memory.
class pcap_builder {
 public:
  explicit pcap_builder(std::uint32_t link_type = 1, bool big_endian = false,
                        bool nanoseconds = false);
  /// `wire_bytes` 0: as captured.
  pcap_builder& add(const bytes& packet, std::uint64_t microseconds = 0,
                    std::uint32_t wire_bytes = 0);
  [[nodiscard]] const bytes& done() const noexcept { return file_; }

 private:
  [[nodiscard]] bytes number(std::uint64_t value, int width) const;

  bytes file_;
  bool big_endian_;
  bool nanoseconds_;
};

/// A pcapng in memory; blocks in the order of the calls.
class pcapng_builder {
 public:
  explicit pcapng_builder(bool big_endian = false) { section(big_endian); }
  pcapng_builder& section(bool big_endian);
  /// `resolution` as in the option if_tsresol: 6 is microseconds.
  pcapng_builder& interface(std::uint16_t link_type, std::uint8_t resolution = 6);
  pcapng_builder& packet(std::uint32_t interface, const bytes& packet, std::uint64_t units = 0);
  pcapng_builder& simple_packet(const bytes& packet);
  pcapng_builder& block(std::uint32_t type, const bytes& body);
  [[nodiscard]] const bytes& done() const noexcept { return file_; }

 private:
  [[nodiscard]] bytes number(std::uint64_t value, int width) const;

  bytes file_;
  bool big_endian_ = false;
};

[[nodiscard]] bytes gzip(const bytes& plain);

}  // namespace troupe::test
