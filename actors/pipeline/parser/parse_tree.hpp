#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/pipeline/parser/selection.hpp"
#include "messages/findings.hpp"

namespace troupe {

/// One parsed message in compact form, its memory kept from message to message: paths are text only
/// on demand. It points into the format it was parsed by and is valid as long as that lives.
struct parse_tree {
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  /// A step on the way to a leaf: an item of a list, a choice, a node of a BER tree, a line.
  struct place {
    std::uint32_t parent = none;
    std::string_view name;
    std::uint32_t index = none;  // none: no index is shown
  };

  struct leaf {
    std::uint32_t offset = 0;  // bytes from the start of the message
    std::uint32_t size = 0;    // never 0: an empty field has no leaf
    field_kind kind = field_kind::opaque;
    byte_order order = byte_order::big;
    const field* source = nullptr;  // nothing: part of a BER tree, of text, of a name, or unparsed
    std::string_view name;
    std::uint32_t index = none;
    std::uint32_t within = 0;  // index into `places`
  };

  /// The bytes of one element of one body. An element that was not reached has `begin` none.
  struct extent {
    std::uint32_t begin = none;
    std::uint32_t end = none;
    std::uint32_t items = 0;  // of a list
  };

  /// A body as it was read once: element i has extents[first_extent + i].
  struct body_run {
    const body* what = nullptr;
    std::uint32_t first_extent = 0;
    std::uint32_t within = 0;  // index into `places`
  };

  selected_type type;
  std::vector<leaf> leaves;  // they partition the message
  std::vector<place> places;
  std::vector<extent> extents;
  std::vector<body_run> bodies;
  std::optional<parse_error> error;
  std::vector<std::string> keyword_values;  // scratch

  void clear();

  /// "options[2].length"
  [[nodiscard]] std::string path_of(const leaf& which) const;
  [[nodiscard]] std::string path_of(std::uint32_t within, std::string_view name,
                                    std::uint32_t index = none) const;
};

/// The last part of a leaf that holds what no element explained.
inline constexpr std::string_view unparsed_name = "unparsed";

}  // namespace troupe
