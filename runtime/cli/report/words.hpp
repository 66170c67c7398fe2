#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/discovery.hpp"
#include "messages/findings.hpp"
#include "messages/ids.hpp"
#include "messages/traffic.hpp"

namespace troupe::cli {

/// Columns that a UTF-8 text takes on a terminal (a character is one column; escape sequences are
/// none).
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// The text in exactly `width` columns: cut with "..." or filled with spaces. For text without
/// escape sequences.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t width);
[[nodiscard]] std::string cut(std::string_view text, std::size_t width);
[[nodiscard]] std::string right_aligned(std::string_view text, std::size_t width);

/// Lines of at most `width` columns, broken at spaces; a longer word is cut over lines.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// "97 %", "0.4 %", "0 %"; never "100 %" for less than all.
[[nodiscard]] std::string percent(double share);

/// "512 B", "4.2 KiB", "1.5 GiB"
[[nodiscard]] std::string byte_count(std::uint64_t bytes);

/// "840 us", "3.1 ms", "2.4 s", "3 min 20 s"
[[nodiscard]] std::string time_span(duration given);

/// "1 message", "3 messages"
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view noun);

/// "3 x packet cut by the capture, 1.2 KiB (first: packet 17)"
[[nodiscard]] std::string unused_text(const unused_input& one);

/// Why a result has nothing of a stage: "the grammar stage failed: 3 messages are too few"
[[nodiscard]] std::string why_missing(const discovery_result& result, stage which);

/// "12 34 ff", at most `limit` bytes, then "...".
[[nodiscard]] std::string hex_bytes(std::span<const std::uint8_t> bytes, std::size_t limit);
[[nodiscard]] std::string hex_bytes(std::string_view bytes, std::size_t limit);

/// A leaf's value as its kind is read: numbers decimal, ids and flags hexadecimal, addresses and
/// text as such, else bytes.
[[nodiscard]] std::string value_text(std::span<const std::uint8_t> bytes, field_kind kind,
                                     byte_order order);

/// Traffic's text in quotes, with escapes, at most `limit` columns.
[[nodiscard]] std::string quoted(std::string_view raw, std::size_t limit);

}  // namespace troupe::cli
