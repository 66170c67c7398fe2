#pragma once

#include <string>
#include <string_view>

#include "actors/pipeline/parser/lua_export.hpp"

namespace troupe {

/// The part of every exported dissector that executes a format, as Lua source: it mirrors
/// `parse_run` and expects the tables `format`, `fields` and `protocol` (see lua_export.cpp).
[[nodiscard]] std::string_view lua_runtime() noexcept;

/// The dissector's entry: cuts what it is handed into messages and registers for the place.
[[nodiscard]] std::string lua_registration(const export_place& place);

/// A Lua string of any bytes.
[[nodiscard]] std::string lua_string(std::string_view bytes);

}  // namespace troupe
