#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runtime/cli/console.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace troupe::cli {

/// What the command line asks for, to be run after all of it has been understood.
using chosen_command = std::function<exit_code(console&)>;

/// For the help of the commands that read inputs.
inline constexpr const char* exit_codes_help =
    "Exit codes: 0 done, 1 done but for what the error stream names, 2 usage or configuration,\n"
    "3 nothing could be done with the input, 4 the deadline or a signal came before any result.";

// Each adds its command, with its options and help, to the program's; parsing sets `chosen`.
void add_discover_command(CLI::App& program, chosen_command& chosen);
void add_diff_command(CLI::App& program, chosen_command& chosen);
void add_classify_command(CLI::App& program, chosen_command& chosen);
void add_node_command(CLI::App& program, chosen_command& chosen);
void add_config_command(CLI::App& program, chosen_command& chosen);
void add_sla_command(CLI::App& program, chosen_command& chosen);
void add_cache_command(CLI::App& program, chosen_command& chosen);
void add_train_command(CLI::App& program, chosen_command& chosen);

/// The whole program: understands the arguments (without the program's name) and runs the command.
[[nodiscard]] exit_code run(const std::vector<std::string>& arguments, console& io);

}  // namespace troupe::cli
