#include "actors/pipeline/parser/ber.hpp"

#include "actors/pipeline/parser/numbers.hpp"

namespace troupe {

namespace {

constexpr std::uint8_t constructed_bit = 0x20;
constexpr std::uint8_t high_number = 0x1f;  // the tag number follows, 7 bits a byte
constexpr std::uint8_t indefinite = 0x80;
constexpr std::size_t widest_length = 4;  // bytes; messages are shorter than 4 GiB

/// End of the identifier that begins at `at`; `end` + 1 where it does not end.
std::size_t tag_end(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t end) noexcept {
  if ((bytes[at] & high_number) != high_number) return at + 1;
  for (std::size_t next = at + 1; next < end; ++next)
    if ((bytes[next] & 0x80) == 0) return next + 1;
  return end + 1;
}

}  // namespace

ber_head read_ber_head(std::span<const std::uint8_t> bytes, std::size_t at,
                       std::size_t end) noexcept {
  ber_head head;
  const auto fail = [&head](std::string_view why) {
    head.problem = why;
    return head;
  };
  if (at >= end) return fail("the tag is missing");
  head.constructed = (bytes[at] & constructed_bit) != 0;
  head.tag_end = tag_end(bytes, at, end);
  if (head.tag_end > end) return fail("the tag does not end");
  if (head.tag_end == end) return fail("the length is missing");
  const auto first = bytes[head.tag_end];
  head.length_end = head.tag_end + 1;
  head.value_begin = head.length_end;
  head.value_size = first;
  if (first < indefinite) return head;
  if (first == indefinite) return fail("an indefinite length is not supported");
  const std::size_t width = first & 0x7fU;
  if (width > widest_length) return fail("the length has more than 4 bytes");
  if (end - head.length_end < width) return fail("the length does not end");
  head.value_begin = head.length_end + width;
  head.value_size = read_number(bytes.subspan(head.length_end, width), byte_order::big);
  return head;
}

}  // namespace troupe
