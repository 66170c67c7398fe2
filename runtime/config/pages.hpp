#pragma once

#include <string>

namespace troupe {

// Texts made from the table of keys. A test compares each with its file in the tree.

/// config/default.yaml: every key with its default and meaning.
[[nodiscard]] std::string default_yaml();

/// docs/configuration.md: every key with what it takes.
[[nodiscard]] std::string configuration_page();

}  // namespace troupe
