#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "actors/pipeline/grammar/scopes.hpp"

namespace troupe::grammar {

/// A list of items, each with its own length: type | length | value | padding.
struct item_list {
  std::uint32_t begin = 0;       // where the list starts in every scope
  std::uint32_t type_width = 1;  // 0: items are only prefixed by their length
  std::uint32_t length_width = 1;
  byte_order order = byte_order::big;
  bool counts_header = false;  // the length includes type and length themselves
  std::uint32_t align = 1;     // items are padded to a multiple of this
  bool marks = false;          // an item of the single byte 0 is padding, 255 ends the list
  double score = 0;
  double coverage = 0;    // share of the scopes that the list fills to the end
  double mean_items = 0;  // a scope

  [[nodiscard]] std::uint32_t header() const noexcept { return type_width + length_width; }
};

/// One item as it stands in a scope; `end` is behind the padding.
struct item_extent {
  std::uint32_t begin = 0;
  std::uint32_t value = 0;
  std::uint32_t value_end = 0;
  std::uint32_t end = 0;
};

/// The items of many scopes, header and value of each apart.
struct items_seen {
  scopes headers;  // type and length
  scopes values;
};

/// The item at `at`, if one fits there.
[[nodiscard]] std::optional<item_extent> read_item(const item_list& how, bytes_view bytes,
                                                   std::uint32_t at);

/// The items from how.begin on, without padding and end marks; nothing where they do not end with
/// the scope.
[[nodiscard]] std::optional<std::vector<item_extent>> read_items(const item_list& how,
                                                                 bytes_view bytes);

/// The list that fits best: nearly all scopes parse to their end, in several items, most of them
/// not empty, with types that come again, and by chance few other offsets would do the same.
/// `quick`: only big-endian lengths and unpadded items, in half as many scopes.
[[nodiscard]] std::optional<item_list> find_items(std::span<const scope> within,
                                                  bool quick = false);

/// Whether a list that is known from elsewhere fills all these scopes too, with 1.5 items or more
/// in each on average.
[[nodiscard]] bool fits(const item_list& how, std::span<const scope> within);

/// Whether the items are written alike, wherever their list begins.
[[nodiscard]] bool same_shape(const item_list& left, const item_list& right);

/// Whether items of this shape, which the protocol is known to have, fill all these scopes from
/// how.begin on. By chance few offsets do where lengths have two bytes; of shorter ones two items
/// in a scope are asked for, and so they are where something else stands before the list.
[[nodiscard]] bool repeats(const item_list& how, std::span<const scope> within);

}  // namespace troupe::grammar
