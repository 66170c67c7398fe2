#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "messages/findings.hpp"
#include "runtime/cli/report/style.hpp"

namespace troupe::cli {

/// A message as hexadecimal and as characters, each leaf in its own colour, and the names and
/// values of the leaves below it. Without colours a bar stands where one leaf ends and the next
/// begins, and the names carry their offsets. At most `rows` rows of bytes are shown; the rest is
/// counted.
[[nodiscard]] std::string hex_view(std::span<const std::uint8_t> bytes,
                                   const std::vector<parsed_field>& leaves, std::size_t rows,
                                   const style& look);

}  // namespace troupe::cli
