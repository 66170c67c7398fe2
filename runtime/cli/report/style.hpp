#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::cli {

/// How a report may look on the reader's terminal.
struct style {
  bool colour = false;
  bool unicode = true;      // lines, bars and dots beyond ASCII
  std::size_t width = 80;   // columns; at least 60
  bool everything = false;  // no table is cut to its most important rows
};

/// What a piece of text is, not which colour it has.
enum class ink : std::uint8_t { plain, dim, strong, heading, good, doubtful, bad };

/// The text, in the colour of its meaning where the style has colours.
[[nodiscard]] std::string paint(const style& look, ink meaning, std::string_view text);

/// The text in the colour of the field number `index` of a message; neighbours differ.
[[nodiscard]] std::string paint_field(const style& look, std::size_t index, std::string_view text);

/// Good, doubtful or bad, for a share or confidence of 0..1.
[[nodiscard]] ink judged(double share) noexcept;

/// One of two spellings, by what the terminal can show.
[[nodiscard]] std::string_view either(const style& look, std::string_view unicode,
                                      std::string_view ascii) noexcept;

/// A horizontal bar for `share` (0..1) of `width` columns; the empty rest is spaces.
[[nodiscard]] std::string bar(const style& look, double share, std::size_t width);

}  // namespace troupe::cli
