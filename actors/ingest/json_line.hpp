#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "messages/traffic.hpp"

namespace troupe::ingest {

/// One message of a JSONL file: what may be read of it, nothing else.
struct line_message {
  std::vector<std::uint8_t> bytes;
  direction dir = direction::client_to_server;
  double seconds = 0;
  std::string flow;  // its number or name
};

/// What is wrong with a line, for people.
using line_error = std::string;

/// Needs the keys "hex", "direction" ("c2s" or "s2c"), "t" (seconds) and "flow" (number or text);
/// passes over all others.
[[nodiscard]] std::variant<line_message, line_error> parse_json_line(std::string_view line);

/// Pairs of hexadecimal digits; blanks between pairs are allowed.
[[nodiscard]] std::variant<std::vector<std::uint8_t>, line_error> parse_hex(std::string_view text);

}  // namespace troupe::ingest
