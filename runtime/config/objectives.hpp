#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/objective.hpp"

namespace troupe {

/// The most objectives that a node watches: each keeps up to 100 KiB.
inline constexpr std::size_t most_objectives = 32;

/// The section that holds them: `objectives.<name>.<field>`.
inline constexpr std::string_view objectives_section = "objectives";

/// One field of an objective in the configuration.
struct objective_field {
  std::string_view name;
  std::string_view takes;    // for a person: "a duration from 1m to 24h"
  std::string_view meaning;  // one line for a person
};

[[nodiscard]] std::span<const objective_field> objective_fields();

/// The objectives of one configuration while its layers are put upon each other. Each field counts
/// alone, so that a layer may change the threshold of an objective that another one brought.
class objective_drafts {
 public:
  struct value {
    std::string_view field;
    std::string text;
    std::string origin;  // "default.yaml:90"
  };
  struct draft {
    std::string name;
    std::vector<value> values;
  };

  /// What does not fit together.
  struct misfit {
    std::string origin;  // of the field
    std::string why;     // with the field's name
  };

  /// Those of `built_in_objectives`.
  objective_drafts();

  /// `key` is "<name>.<field>". What is wrong with it, or nothing.
  [[nodiscard]] std::optional<std::string> set(std::string_view key, const std::string& text,
                                               const std::string& origin);

  /// The enabled ones.
  [[nodiscard]] std::vector<objective> finish(std::vector<misfit>& problems) const;

  [[nodiscard]] const std::vector<draft>& all() const noexcept { return drafts_; }

 private:
  std::vector<draft> drafts_;
};

/// The section of default.yaml and of docs/configuration.md.
[[nodiscard]] std::string objectives_yaml();
[[nodiscard]] std::string objectives_page();

}  // namespace troupe
