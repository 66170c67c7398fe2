#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/format.hpp"

namespace troupe {

/// One element of a body, as a line of the texts that people read and compare.
struct format_row {
  std::uint32_t depth = 0;              // 0: of the message's body, more: of bodies within
  std::string name;                     // of the element; of a case its bytes
  std::string kind;                     // "length", "list", "case", ...
  std::string width;                    // "2", "rest", "size * 4 + 2": bytes, or until where
  std::string order;                    // "big" or "little"; empty where there is none
  std::string says;                     // "bytes that follow", "crc32 from byte 0"; or empty
  std::string shape;                    // kind, width, order and relation without names
  std::optional<std::uint32_t> offset;  // from the message's start, where it is always the same
  const field* source = nullptr;
  const std::vector<known_value>* values = nullptr;  // of a field, or the tags of a tree
  double confidence = 0;
  const std::vector<std::string>* evidence = nullptr;  // nothing: a case
};

/// The elements of a body in order, those of bodies within behind the element that holds them.
/// `source`, `values` and `evidence` point into `elements`.
[[nodiscard]] std::vector<format_row> rows_of(const body& elements);

/// "byte 3", "bytes 2-3", "direction", "word 0", "length", "BER tag": where a type is told.
[[nodiscard]] std::string describe(const keyword& which);

/// "0a0b", all of them.
[[nodiscard]] std::string all_bytes(std::string_view bytes);

}  // namespace troupe
