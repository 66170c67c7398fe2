#pragma once

#include <string>
#include <string_view>

#include "actors/pipeline/parser/lua_export.hpp"
#include "messages/format.hpp"

namespace troupe {

/// The format as a Python module for Scapy (2.5): a Packet class for each message type, `dissect`
/// that picks the class by the keywords, and the layer registered for the place. `leaves(packet)`
/// tells the fields.
///
/// Each leaf of `parser` is one field, also in a message with an error, whose unread rest is a Raw
/// payload. What is built from a class has the values seen most, but lengths and checksums are not
/// computed, and a TCP stream is not put together: each segment counts as one message. `what` must
/// pass `check`.
[[nodiscard]] std::string to_scapy(const format& what, std::string_view protocol_name,
                                   const export_place& place);

}  // namespace troupe
