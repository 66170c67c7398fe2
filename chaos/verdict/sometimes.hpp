#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "chaos/verdict/history.hpp"

namespace troupe::chaos {

/// A case that a scenario wants to have been reached: a test that never gets there proves nothing.
struct sometimes_case {
  std::string_view name;
  std::string_view meaning;
  std::function<bool(const history&)> reached;
};

[[nodiscard]] std::span<const sometimes_case> sometimes_cases();
[[nodiscard]] const sometimes_case* find_sometimes(std::string_view name);

}  // namespace troupe::chaos
