#pragma once

#include <string>
#include <variant>
#include <vector>

#include "messages/errc.hpp"
#include "runtime/cli/console.hpp"
#include "runtime/config/load.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace troupe::cli {

/// Which configuration a command line names.
struct settings_request {
  std::string folder;                  // --config-dir
  std::string environment;             // --environment
  std::string file;                    // --config
  std::vector<std::string> overrides;  // --set section.key=value
};

/// The options that all commands with a configuration share.
void add_settings_options(CLI::App& command, settings_request& request);

/// Reads it. The failure lists every problem, one a line.
[[nodiscard]] std::variant<loaded_options, failure> load_settings(const settings_request& request,
                                                                  const console& io);

/// For a command that a person waits for: no HTTP, of the log only what went wrong, and work at the
/// command's own priority; the last two unless the user's file, variables or overrides say other.
void make_embedded(loaded_options& settings);

}  // namespace troupe::cli
