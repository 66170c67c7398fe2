#pragma once

#include <string>
#include <string_view>

#include "messages/format.hpp"

namespace troupe {

/// The format as a Kaitai Struct description (.ksy, for kaitai-struct-compiler 0.9 and later).
///
/// For every message that `parser` parses without error the attributes of the compiled parser that
/// are no types of their own have the offsets and sizes of the parser's leaves (instances only look
/// ahead). The sender is the parameter `server_to_client` of the top type. Values are not checked.
/// `what` must pass `check`.
[[nodiscard]] std::string to_kaitai(const format& what, std::string_view protocol_name);

}  // namespace troupe
