#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace troupe {

/// Identifier and length of one BER element (ITU-T X.690 sections 8.1.2 and 8.1.3), as positions in
/// the message. The value may reach beyond the scope: that is for the caller to judge.
struct ber_head {
  std::size_t tag_end = 0;      // the identifier begins where the element does
  std::size_t length_end = 0;   // of the first length byte: tag_end + 1
  std::size_t value_begin = 0;  // behind the number of a long form
  std::uint64_t value_size = 0;
  bool constructed = false;
  std::string_view problem = {};  // empty: the head is whole
};

/// Reads the head at `at`. Indefinite lengths, and numbers of more than 4 bytes, are problems.
[[nodiscard]] ber_head read_ber_head(std::span<const std::uint8_t> bytes, std::size_t at,
                                     std::size_t end) noexcept;

}  // namespace troupe
