#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "messages/errc.hpp"
#include "runtime/config/options.hpp"

namespace troupe {

/// Where a configuration comes from. Later ones win: built-in values, default.yaml,
/// <environment>.yaml, the user's file, TROUPE__SECTION__KEY variables, the command line.
struct config_request {
  std::filesystem::path folder;                  // empty: no files, the built-in values serve
  std::string environment;                       // "production"; empty: none
  std::filesystem::path user_file;               // empty: none
  std::map<std::string, std::string> variables;  // the process environment, or a part of it
  std::vector<std::pair<std::string, std::string>> overrides;  // {"http.port", "0"}
};

/// A key's value as it took effect.
struct effective_value {
  std::string key;
  std::string value;
  std::string origin;  // "built in", "default.yaml:12", "environment TROUPE__HTTP__PORT", ...
};

struct loaded_options {
  options values;
  // One for each key, in the order of config_keys(), then one for each field of an objective.
  std::vector<effective_value> sources;
};

/// Reads and checks all layers. The failure lists every problem, one a line: place, key, value and
/// what is allowed.
[[nodiscard]] std::variant<loaded_options, failure> load_options(const config_request& request);

/// Judges one file as an overlay of the built-in values. Nothing: it holds.
[[nodiscard]] std::optional<failure> check_file(const std::filesystem::path& file);

/// Splits "http.port=0" as it stands on a command line.
[[nodiscard]] std::variant<std::pair<std::string, std::string>, failure> parse_override(
    std::string_view text);

/// Which folder to read: `named` (from the command line) or else `variable` (TROUPE_CONFIG_DIR),
/// which must hold default.yaml; or else the first of `candidates` that does; or else none, an
/// empty path.
[[nodiscard]] std::variant<std::filesystem::path, failure> find_config_folder(
    const std::optional<std::filesystem::path>& named, const std::optional<std::string>& variable,
    const std::vector<std::filesystem::path>& candidates);

/// Candidates for an executable in `folder`: an installed copy's ../share/troupe/config, then the
/// config/ of each source tree around a build tree.
[[nodiscard]] std::vector<std::filesystem::path> config_folders_beside(
    const std::filesystem::path& folder);

}  // namespace troupe
