#pragma once

#include <string>
#include <vector>

#include "actors/pipeline/validator/validator.hpp"
#include "tests/actors/pipeline/parser/builders.hpp"

namespace troupe::judging {

inline traffic_group group_of(const std::vector<std::string>& hex_lines) {
  traffic_group made;
  made.flows.resize(1);
  for (const auto& line : hex_lines) {
    const auto raw = build::hex(line);
    message one;
    one.offset = static_cast<std::uint32_t>(made.bytes.size());
    one.size = static_cast<std::uint32_t>(raw.size());
    made.bytes.insert(made.bytes.end(), raw.begin(), raw.end());
    made.messages.push_back(one);
  }
  return made;
}

/// The first violation as text, or "valid".
inline std::string verdict_on(const format& what, const std::vector<std::string>& messages,
                              validation_level level) {
  const auto result = validate(what, group_of(messages), level, {});
  if (result.violations.empty()) return "valid";
  const auto& first = result.violations.front();
  return std::to_string(first.message) + ' ' + std::to_string(first.offset) + ' ' +
         std::string(to_string(first.level)) + ' ' + first.path + ": " + first.reason;
}

}  // namespace troupe::judging
