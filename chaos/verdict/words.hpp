#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace troupe::chaos {

/// One text of many parts.
[[nodiscard]] inline std::string words(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const auto part : parts) out.append(part);
  return out;
}

}  // namespace troupe::chaos
