#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "messages/format.hpp"

namespace troupe {

/// A checksum over bytes that come in pieces. The algorithms, with the published value for the nine
/// bytes "123456789" where there is one:
///
///   sum8          bytes added modulo 256
///   xor8          bytes combined by exclusive or
///   internet      RFC 1071: ones' complement of the ones' complement sum of big-endian 16-bit
///   words fletcher16    J. G. Fletcher 1982, modulo 255: second sum in the high byte ("abcde":
///   c8f0) adler32       RFC 1950 section 8.2 (091e01de) crc16_ccitt   CRC-16/IBM-3740, often
///   called CCITT-FALSE: polynomial 1021, begins with ffff
///                 (29b1)
///   crc16_modbus  CRC-16/MODBUS: polynomial 8005 reflected, begins with ffff (4b37)
///   crc32         CRC-32/ISO-HDLC, of Ethernet, zip and PNG (cbf43926)
///
/// CRC names and check values: Cook, "Catalogue of parametrised CRC algorithms".
class checksum {
 public:
  using algorithm = checksum_relation::algorithm;

  explicit checksum(algorithm with) noexcept;

  void add(std::span<const std::uint8_t> bytes) noexcept;
  void add_zeros(std::size_t count) noexcept;

  /// The checksum of all that was added so far, as a number.
  [[nodiscard]] std::uint32_t value() const noexcept;

 private:
  void add_byte(std::uint8_t byte) noexcept;

  algorithm with_;
  std::uint32_t low_ = 0;   // the sum or register
  std::uint32_t high_ = 0;  // the second sum of Fletcher and Adler
  bool odd_ = false;        // internet: the next byte is the low half of a word
};

/// The checksum of `bytes` as a whole.
[[nodiscard]] std::uint32_t checksum_of(checksum::algorithm with,
                                        std::span<const std::uint8_t> bytes) noexcept;

/// Bytes that the checksum has in a message: 1, 2 or 4.
[[nodiscard]] std::uint32_t width_of(checksum::algorithm with) noexcept;

/// What a checksum field at `offset` with `size` bytes should hold by `how`: over bytes [from, end
/// - skip_at_end) of the message, the field itself read as zero. A range beyond the message is
/// empty.
[[nodiscard]] std::uint32_t expected_checksum(const checksum_relation& how,
                                              std::span<const std::uint8_t> message,
                                              std::size_t offset, std::size_t size) noexcept;

}  // namespace troupe
