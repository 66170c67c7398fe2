#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "messages/errc.hpp"

namespace troupe {

/// One `key: value` of a configuration file, not yet judged.
struct written_setting {
  std::string key;  // "http.port"
  std::string value;
  std::size_t line = 0;  // 1-based
};

/// What a configuration text may hold. It is read by hand, so these are far above any honest one.
struct config_text_limit {
  static constexpr std::size_t bytes = 256U << 10U;
  static constexpr std::size_t settings = 4096;
};

/// Reads YAML of the one shape that a configuration has: sections, each a mapping of keys to plain
/// values; the keys of `objectives` hold such a mapping themselves. `name` is the file's name, for
/// messages. Refuses everything else by line: lists, deeper nesting, aliases, a key twice, more
/// than one document, bytes over the limit.
[[nodiscard]] std::variant<std::vector<written_setting>, failure> read_settings(
    std::string_view text, const std::string& name);

}  // namespace troupe
