#include "actors/pipeline/parser/checksums.hpp"

#include <gtest/gtest.h>

#include "tests/actors/pipeline/parser/builders.hpp"

namespace troupe {
namespace {

using enum checksum_relation::algorithm;
using build::bytes;
using build::hex;

constexpr std::string_view nine = "123456789";

TEST(checksums, crcs_have_the_check_values_of_the_catalogue) {
  EXPECT_EQ(checksum_of(crc32, bytes(nine)), 0xcbf43926U);
  EXPECT_EQ(checksum_of(crc16_modbus, bytes(nine)), 0x4b37U);
  EXPECT_EQ(checksum_of(crc16_ccitt, bytes(nine)), 0x29b1U);
}

TEST(checksums, sums_have_their_published_values) {
  EXPECT_EQ(checksum_of(adler32, bytes("Wikipedia")), 0x11e60398U);
  EXPECT_EQ(checksum_of(adler32, bytes(nine)), 0x091e01deU);
  EXPECT_EQ(checksum_of(fletcher16, bytes("abcde")), 0xc8f0U);
  EXPECT_EQ(checksum_of(fletcher16, bytes("abcdefgh")), 0x0627U);
  EXPECT_EQ(checksum_of(sum8, bytes(nine)), 0xddU);
  EXPECT_EQ(checksum_of(xor8, bytes(nine)), 0x31U);
  // RFC 1071 section 3: the sum of these words is ddf2.
  EXPECT_EQ(checksum_of(internet, hex("0001 f203 f4f5 f6f7")), 0xffffU ^ 0xddf2U);
}

TEST(checksums, an_odd_last_byte_of_the_internet_checksum_is_a_high_half) {
  EXPECT_EQ(checksum_of(internet, hex("0102 03")), checksum_of(internet, hex("0102 0300")));
}

TEST(checksums, pieces_give_the_same_as_the_whole) {
  for (const auto with :
       {sum8, xor8, internet, fletcher16, adler32, crc16_ccitt, crc16_modbus, crc32}) {
    checksum sum(with);
    sum.add(bytes("123"));
    sum.add_zeros(3);
    sum.add(bytes("789"));
    EXPECT_EQ(sum.value(), checksum_of(with, hex("313233 000000 373839"))) << to_string(with);
  }
}

TEST(checksums, the_field_itself_counts_as_zero_and_the_range_stays_in_the_message) {
  // An IPv4 header whose checksum, b861, stands at offset 10.
  const auto header = hex("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7");
  EXPECT_EQ(expected_checksum({internet, 0, 0}, header, 10, 2), 0xb861U);
  EXPECT_EQ(expected_checksum({sum8, 18, 1}, header, 10, 2), 0x00U);
  EXPECT_EQ(expected_checksum({sum8, 18, 0}, header, 10, 2), 0xc7U);
  EXPECT_EQ(expected_checksum({sum8, 100, 0}, header, 10, 2), 0U);
  EXPECT_EQ(expected_checksum({sum8, 0, 100}, header, 10, 2), 0U);
  EXPECT_EQ(expected_checksum({sum8, 0, 9}, header, 10, 2), 0x49U);
}

}  // namespace
}  // namespace troupe
