#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/findings.hpp"
#include "messages/format.hpp"

// Short words for formats and messages made by hand.

namespace troupe::build {

inline std::vector<std::uint8_t> bytes(std::string_view text) { return {text.begin(), text.end()}; }

inline std::vector<std::uint8_t> hex(std::string_view digits) {
  std::vector<std::uint8_t> result;
  std::string pair;
  for (const char digit : digits) {
    if (digit == ' ') continue;
    pair += digit;
    if (pair.size() < 2) continue;
    result.push_back(static_cast<std::uint8_t>(std::stoul(pair, nullptr, 16)));
    pair.clear();
  }
  return result;
}

inline std::string text_of(std::string_view digits) {
  const auto raw = hex(digits);
  return {raw.begin(), raw.end()};
}

inline size_rule fixed(std::uint32_t count) { return {size_rule::how::fixed, count, 0, 1, 0, {}}; }
inline size_rule rest(std::uint32_t reserved = 0) {
  return {size_rule::how::rest, reserved, 0, 1, 0, {}};
}
inline size_rule counted(std::uint32_t by, std::uint32_t unit = 1, std::int64_t bias = 0) {
  return {size_rule::how::counted, 0, by, unit, bias, {}};
}
inline size_rule until(std::string delimiter) {
  return {size_rule::how::until, 0, 0, 1, 0, std::move(delimiter)};
}
inline size_rule align(std::uint32_t to) { return {size_rule::how::align, to, 0, 1, 0, {}}; }
inline size_rule inlined() { return {size_rule::how::inlined, 0, 0, 1, 0, {}}; }

inline field leaf(std::string name, size_rule size, field_kind kind = field_kind::number) {
  field made;
  made.name = std::move(name);
  made.kind = kind;
  made.size = std::move(size);
  return made;
}

inline list repeated(std::string name, body item, size_rule size = inlined()) {
  list made;
  made.name = std::move(name);
  made.item = std::move(item);
  made.size = std::move(size);
  return made;
}

inline choice one_of(std::string name, std::uint32_t on, std::map<std::string, body> cases,
                     body otherwise = {}, size_rule size = inlined()) {
  choice made;
  made.name = std::move(name);
  made.on = on;
  made.cases = std::move(cases);
  made.otherwise = std::move(otherwise);
  made.size = std::move(size);
  return made;
}

/// A format with one type.
inline format of(body elements) {
  format made;
  message_type only;
  only.name = "message";
  only.elements = std::move(elements);
  made.types.push_back(std::move(only));
  made.pick.types[{}] = 0;
  return made;
}

/// "name:size name:size ..."
inline std::string shape(const parsed_message& parsed) {
  std::string line;
  for (const auto& leaf : parsed.fields) {
    if (!line.empty()) line += ' ';
    line += leaf.path + ':' + std::to_string(leaf.size);
  }
  return line;
}

}  // namespace troupe::build
