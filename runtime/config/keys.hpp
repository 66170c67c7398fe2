#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/config/options.hpp"

namespace troupe {

/// The place in `options` that holds one key's value.
using option_slot = std::variant<bool*, std::string*, std::uint16_t*, std::uint32_t*,
                                 std::uint64_t*, double*, std::chrono::nanoseconds*>;

/// One key of the configuration. The table of these drives reading, `config show`, default.yaml and
/// docs/configuration.md, so each fact about a key stands once.
struct config_key {
  enum class measure : std::uint8_t { none, time, bytes };

  std::string_view name;  // "http.port": section and member of `options`
  option_slot (*slot)(options&);
  measure unit = measure::none;
  double minimum = 0;  // inclusive; nanoseconds, bytes or a plain number
  double maximum = 0;
  std::vector<std::string_view> choices;  // of a text; empty: any text
  std::string_view meaning;               // one line for a person

  [[nodiscard]] std::string_view section() const noexcept;
  [[nodiscard]] std::string_view member() const noexcept;
};

/// Every key, in the order of `options`.
[[nodiscard]] std::span<const config_key> config_keys();

/// The key of that name, or null.
[[nodiscard]] const config_key* find_key(std::string_view name);

/// The known word that is nearest to `word`, when it is near enough to be a slip of the finger.
[[nodiscard]] std::optional<std::string> did_you_mean(std::string_view word,
                                                      std::span<const std::string_view> known);

/// What the key takes, for a person: "a duration from 1ms to 1h, for example 100ms".
[[nodiscard]] std::string allowed_values(const config_key& key);

/// Stores `text` in its place. Returns what is wrong with it, or nothing.
[[nodiscard]] std::optional<std::string> assign(const config_key& key, std::string_view text,
                                                options& into);

/// The value as it would be written in YAML: "100ms", "64MiB", "true".
[[nodiscard]] std::string text_of(const config_key& key, const options& from);

}  // namespace troupe
