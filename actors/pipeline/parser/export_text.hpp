#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "messages/format.hpp"

// What the exporters share: names, quoting and the text about a field.

namespace troupe {

/// Hands out names of the form [a-z][a-z0-9_]* that differ by more than underscores (code made from
/// a .ksy drops them). Dots are kept where names are paths.
class unique_names {
 public:
  explicit unique_names(bool paths = false) : paths_(paths) {}

  std::string take(std::string_view wanted);

 private:
  bool paths_;
  std::set<std::string> taken_;
};

/// The text in double quotes, as YAML and JSON read it; bytes outside ASCII are shown as "\x..".
[[nodiscard]] std::string quoted(std::string_view text);

/// "0a 0b"; longer than 16 bytes is cut with "...".
[[nodiscard]] std::string shown_bytes(std::string_view bytes);

/// Whether fields of this kind are shown as integers.
[[nodiscard]] bool is_integer_kind(field_kind kind) noexcept;

/// What is known about a field, for people: kind, values, relations, evidence.
[[nodiscard]] std::vector<std::string> describe(const field& what);

}  // namespace troupe
