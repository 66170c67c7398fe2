#pragma once

#include <string_view>

namespace troupe {

/// The part of every exported dissector that executes a format, as Lua source: it mirrors
/// `parse_run` and expects the tables `format`, `fields` and `protocol` (see lua_export.cpp).
[[nodiscard]] std::string_view lua_runtime() noexcept;

}  // namespace troupe
