#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "messages/errc.hpp"
#include "messages/traffic.hpp"

namespace troupe {

struct labelled_field {
  std::uint32_t offset = 0;  // in its message
  std::uint32_t size = 0;    // bytes
  std::string name;
  std::string type;  // "gap": bytes of which nothing is known but their edges
};

/// Messages of one protocol and their true fields.
struct labelled_protocol {
  traffic_group traffic;                            // named as the protocol
  std::vector<std::vector<labelled_field>> fields;  // of each message, ascending, without holes
};

/// Reads JSONL, one message a line:
///
///   {"hex": "0a0b", "direction": "c2s" | "s2c", "t": seconds, "flow": number,
///    "fields": [{"offset": bytes, "length": bytes, "name": text, "type": text}, ...]}
///
/// The fields cover the whole message, ascending. Other keys are ignored, and so are empty lines.
/// The failure names the line and what is wrong with it; text without a message is one, too.
[[nodiscard]] std::variant<labelled_protocol, failure> read_labelled_protocol(
    std::string_view text, const std::string& name);

/// The same from a file, plain or gzip-compressed, named as the file up to the first dot. The
/// failure names the path, too.
[[nodiscard]] std::variant<labelled_protocol, failure> load_labelled_protocol(
    const std::string& path);

/// All `*.jsonl` and `*.jsonl.gz` of a folder, by name; the first failure, or one that says that
/// there are none.
[[nodiscard]] std::variant<std::vector<labelled_protocol>, failure> load_labelled_protocols(
    const std::string& folder);

}  // namespace troupe
