#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

#include "chaos/cli/commands.hpp"

namespace troupe::chaos {
namespace {

constexpr const char* examples =
    "Examples:\n"
    "  troupe-chaos list\n"
    "  troupe-chaos simulate one_worker_crash --seed 7 --report crash.html\n"
    "  troupe-chaos run node_gone\n"
    "  troupe-chaos explain faults\n"
    "  troupe-chaos swarm --seeds 1000 --jobs 2\n\n"
    "Exit codes: 0 PASS, 1 FAIL, 2 usage, 3 INCONCLUSIVE (a fault never fired).";

// Beside the executable when installed, else in the source tree around a build tree.
std::filesystem::path find_scenarios() {
  if (const char* named = std::getenv("TROUPE_CHAOS_SCENARIOS")) return named;
  std::error_code error;
  auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  const auto installed = folder.parent_path() / "share" / "troupe" / "scenarios";
  if (std::filesystem::is_directory(installed, error)) return installed;
  for (; folder.has_relative_path(); folder = folder.parent_path()) {
    const auto here = folder / "chaos" / "scenarios";
    if (std::filesystem::is_directory(here, error)) return here;
  }
  return "chaos/scenarios";
}

// CLI11 would take -1 for a very large number.
CLI::Validator a_seed() {
  return {[](const std::string& text) -> std::string {
            const bool digits = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
            return digits ? "" : "'" + text + "' is no seed: it is a number from 0 on";
          },
          "", "seed"};
}

int run(int count, char** values) {
  CLI::App program{"Breaks Troupe on purpose, repeatably, and says whether it held."};
  program.require_subcommand(1);
  program.footer(examples);
  terminal at{std::cout, std::cerr,
              isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr,
              isatty(STDERR_FILENO) == 1, find_scenarios()};

  simulate_request one;
  auto& simulated = *program.add_subcommand("simulate", "Play a scenario in virtual time");
  simulated.add_option("scenario", one.scenario, "A file, or the name of a shipped scenario")
      ->required();
  auto* seed =
      simulated.add_option("--seed", one.seed, "Of everything that is drawn (1)")->check(a_seed());
  simulated.add_flag("--json", one.json, "Print one JSON object");
  std::string stages = "modelled";
  simulated.add_option("--stages", stages, "What stages compute: modelled (cheap) or real")
      ->check(CLI::IsMember({"modelled", "real"}));
  simulated.add_option("--costs", one.costs, "Costs of the stages, written by bench_stage_costs");
  simulated.add_option("--report", one.report, "Write an HTML page here");
  simulated.add_flag("--control,!--no-control", one.control,
                     "Also the run of the same seed without faults, to compare (unless --json)");
  simulated.footer("Example:\n  troupe-chaos simulate everything_at_once --seed 3 --json");

  live_request live;
  auto& ran = *program.add_subcommand("run", "Play a scenario live: real threads and processes");
  ran.add_option("scenario", live.scenario, "A file, or the name of a shipped scenario")
      ->required();
  ran.add_option("--in", live.where,
                 "own: nodes in this process; child: `troupe node` processes; auto: what the "
                 "faults need (auto)")
      ->check(CLI::IsMember({"auto", "own", "child"}));
  auto& attached = *ran.add_option(
      "--node", live.node,
      "URL of a node that runs on this machine; it must have chaos.allowed and chaos.key_file");
  auto& key = *ran.add_option("--key-file", live.key_file, "The key that it wants to see");
  attached.needs(&key);
  key.needs(&attached);
  ran.add_option("--token-file", live.token_file, "Its bearer token, where it has one")
      ->needs(&attached);
  auto* live_seed =
      ran.add_option("--seed", live.seed, "Of what is drawn: load and faults (1)")->check(a_seed());
  ran.add_flag("--json", live.json, "Print one JSON object");
  ran.add_option("--report", live.report, "Write an HTML page here");
  ran.footer(
      "Every fault is lifted within a second of the end of this program, however it ends.\n"
      "Examples:\n  troupe-chaos run paused_node --report pause.html\n"
      "  troupe-chaos run standstill --node http://127.0.0.1:8080 --key-file key");

  swarm_request many;
  auto& swarmed = *program.add_subcommand("swarm", "Play scenarios that are drawn from seeds");
  swarmed.add_option("--seeds", many.seeds, "How many (100)")->check(CLI::PositiveNumber);
  swarmed.add_option("--first", many.first, "The first seed (1)")->check(a_seed());
  swarmed.add_option("--jobs", many.jobs, "At once (1)")->check(CLI::Range(1, 64));
  swarmed.add_flag("!--without-faults", many.with_faults,
                   "The same scenarios with nothing broken: no alarm may be raised");
  swarmed.add_option("--output", many.folder,
                     "Folder for failures, shrunk and replayable (chaos-failures)");
  swarmed.footer("Example:\n  troupe-chaos swarm --seeds 1000 --jobs 2");

  std::vector<std::string> files;
  auto& validated = *program.add_subcommand("validate", "Check scenarios and play nothing");
  validated.add_option("scenarios", files)->required();
  auto& listed = *program.add_subcommand("list", "The shipped scenarios");
  std::string what;
  auto& explained =
      *program.add_subcommand("explain", "A fault, a scenario, `faults` or `sometimes`");
  explained.add_option("name", what)->required();

  try {
    program.parse(count, values);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : 2;
  }
  one.seed_given = seed->count() > 0;
  live.seed_given = live_seed->count() > 0;
  one.real_stages = stages == "real";
  if (simulated.parsed()) return simulate_command(one, at);
  if (ran.parsed()) return run_command(live, at);
  if (swarmed.parsed()) return swarm_command(many, at);
  if (validated.parsed()) return validate_command(files, at);
  if (listed.parsed()) return list_command(at);
  return explain_command(what, at);
}

}  // namespace
}  // namespace troupe::chaos

int main(int count, char** values) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that is gone is an error of the write
  try {
    return troupe::chaos::run(count, values);
  } catch (const std::exception& error) {
    std::cerr << "troupe-chaos: " << error.what() << '\n';
    return 2;
  }
}
