#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "messages/format.hpp"
#include "messages/traffic.hpp"

namespace troupe {

/// The value of one keyword in one message (see `keyword::source`); "" where the message has none.
void keyword_value(const keyword& which, std::span<const std::uint8_t> bytes, direction dir,
                   std::string& value);

/// Which type a message has.
struct selected_type {
  std::uint32_t type = 0;  // index into format::types
  bool known = true;       // false: the tuple of keyword values is new, `type` is the fallback

  friend bool operator==(const selected_type&, const selected_type&) = default;
};

/// Looks the message's keyword values up, all of them first. `scratch` keeps its memory from call
/// to call.
[[nodiscard]] selected_type select_type(const selector& pick, std::span<const std::uint8_t> bytes,
                                        direction dir, std::vector<std::string>& scratch);

}  // namespace troupe
