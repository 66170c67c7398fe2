#pragma once

#include <string>
#include <string_view>

namespace troupe {

/// Appends `text` as a JSON string, in quotes (RFC 8259 section 7). Bytes that are not UTF-8 become
/// U+FFFD, so that every reader takes the line.
void append_json(std::string& to, std::string_view text);

}  // namespace troupe
