#include "runtime/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace troupe::cli {
namespace {

bool knows(const CLI::App& program, const std::string& first) {
  if (first.starts_with('-')) return true;  // an option
  const auto named = [&](const CLI::App* command) { return command->get_name() == first; };
  return !program.get_subcommands(named).empty();
}

exit_code refuse(CLI::App& program, const CLI::ParseError& error, console& io) {
  if (error.get_exit_code() == 0) {  // --help, --version
    program.exit(error, io.out, io.err);
    return exit_code::done;
  }
  std::string command = "troupe";
  for (const auto* sub : program.get_subcommands()) command += " " + sub->get_name();
  complain(io, std::string(error.what()) + " (" + command + " --help shows what is allowed)");
  return exit_code::usage;
}

}  // namespace

exit_code run(const std::vector<std::string>& arguments, console& io) {
  CLI::App program{"Finds out how an unknown protocol works from captured traffic.", "troupe"};
  program.set_version_flag("--version", "troupe " TROUPE_VERSION);
  program.require_subcommand(1);
  program.failure_message(CLI::FailureMessage::simple);
  program.footer("Example:\n  troupe discover capture.pcap\n\n`troupe COMMAND --help` says more.");
  chosen_command chosen;
  add_discover_command(program, chosen);
  add_diff_command(program, chosen);
  add_classify_command(program, chosen);
  add_node_command(program, chosen);
  add_config_command(program, chosen);
  add_sla_command(program, chosen);
  add_cache_command(program, chosen);
  add_train_command(program, chosen);
  if (!arguments.empty() && !knows(program, arguments.front())) {
    complain(io, "there is no command " + arguments.front() + " (troupe --help lists them)");
    return exit_code::usage;
  }
  try {
    auto reversed = arguments;  // as CLI11 wants them
    std::reverse(reversed.begin(), reversed.end());
    program.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return refuse(program, error, io);
  }
  return chosen(io);
}

}  // namespace troupe::cli
