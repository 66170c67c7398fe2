#include "actors/pipeline/parser/checksums.hpp"

#include <algorithm>
#include <array>

namespace troupe {

namespace {

using enum checksum_relation::algorithm;

constexpr std::uint32_t fletcher_modulus = 255;
constexpr std::uint32_t adler_modulus = 65521;  // the largest prime under 65536

/// Table of a CRC whose register moves right (reflected polynomial).
constexpr std::array<std::uint32_t, 256> reflected_table(std::uint32_t polynomial) {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    auto remainder = i;
    for (int bit = 0; bit < 8; ++bit)
      remainder = remainder >> 1 ^ ((remainder & 1) != 0 ? polynomial : 0);
    table[i] = remainder;
  }
  return table;
}

/// Table of a 16-bit CRC whose register moves left.
constexpr std::array<std::uint32_t, 256> forward_table(std::uint32_t polynomial) {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    auto remainder = i << 8;
    for (int bit = 0; bit < 8; ++bit)
      remainder = (remainder << 1 ^ ((remainder & 0x8000) != 0 ? polynomial : 0)) & 0xffff;
    table[i] = remainder;
  }
  return table;
}

constexpr auto crc32_table = reflected_table(0xedb88320);
constexpr auto modbus_table = reflected_table(0xa001);
constexpr auto ccitt_table = forward_table(0x1021);

std::uint32_t first_register(checksum::algorithm with) noexcept {
  switch (with) {
    case adler32: return 1;
    case crc16_ccitt:
    case crc16_modbus: return 0xffff;
    case crc32: return 0xffffffff;
    case sum8:
    case xor8:
    case internet:
    case fletcher16: break;
  }
  return 0;
}

}  // namespace

checksum::checksum(algorithm with) noexcept : with_(with), low_(first_register(with)) {}

void checksum::add_byte(std::uint8_t byte) noexcept {
  switch (with_) {
    case sum8: low_ = (low_ + byte) & 0xff; break;
    case xor8: low_ ^= byte; break;
    case internet:
      low_ += odd_ ? byte : std::uint32_t{byte} << 8;
      low_ = (low_ & 0xffff) + (low_ >> 16);
      odd_ = !odd_;
      break;
    case fletcher16:
      low_ = (low_ + byte) % fletcher_modulus;
      high_ = (high_ + low_) % fletcher_modulus;
      break;
    case adler32:
      low_ = (low_ + byte) % adler_modulus;
      high_ = (high_ + low_) % adler_modulus;
      break;
    case crc16_ccitt: low_ = (low_ << 8 & 0xffff) ^ ccitt_table[(low_ >> 8 ^ byte) & 0xff]; break;
    case crc16_modbus: low_ = low_ >> 8 ^ modbus_table[(low_ ^ byte) & 0xff]; break;
    case crc32: low_ = low_ >> 8 ^ crc32_table[(low_ ^ byte) & 0xff]; break;
  }
}

void checksum::add(std::span<const std::uint8_t> bytes) noexcept {
  for (const auto byte : bytes) add_byte(byte);
}

void checksum::add_zeros(std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) add_byte(0);
}

std::uint32_t checksum::value() const noexcept {
  switch (with_) {
    case internet: return ~low_ & 0xffff;
    case fletcher16: return high_ << 8 | low_;
    case adler32: return high_ << 16 | low_;
    case crc32: return ~low_;
    case sum8:
    case xor8:
    case crc16_ccitt:
    case crc16_modbus: break;
  }
  return low_;
}

std::uint32_t checksum_of(checksum::algorithm with, std::span<const std::uint8_t> bytes) noexcept {
  checksum sum(with);
  sum.add(bytes);
  return sum.value();
}

std::uint32_t width_of(checksum::algorithm with) noexcept {
  switch (with) {
    case sum8:
    case xor8: return 1;
    case internet:
    case fletcher16:
    case crc16_ccitt:
    case crc16_modbus: return 2;
    case adler32:
    case crc32: break;
  }
  return 4;
}

std::uint32_t expected_checksum(const checksum_relation& how, std::span<const std::uint8_t> message,
                                std::size_t offset, std::size_t size) noexcept {
  const std::size_t end = message.size() - std::min<std::size_t>(message.size(), how.skip_at_end);
  const std::size_t begin = std::min<std::size_t>(how.from, end);
  const auto field_begin = std::clamp(offset, begin, end);
  const auto field_end = std::clamp(offset + size, field_begin, end);
  checksum sum(how.with);
  sum.add(message.subspan(begin, field_begin - begin));
  sum.add_zeros(field_end - field_begin);
  sum.add(message.subspan(field_end, end - field_end));
  return sum.value();
}

}  // namespace troupe
