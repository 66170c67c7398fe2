#include <CLI/CLI.hpp>
#include <iostream>

#include "chaos/cli/json.hpp"
#include "chaos/scenario/run.hpp"

namespace troupe::chaos {
namespace {

int exit_code(judgement verdict) {
  switch (verdict) {
    case judgement::pass: return 0;
    case judgement::fail: return 1;
    case judgement::inconclusive: break;
  }
  return 3;
}

int run(const std::string& file, const run_options& how, bool json) {
  auto loaded = load_scenario(file);
  if (const auto* why = std::get_if<failure>(&loaded)) {
    std::cerr << "troupe-chaos: " << why->what << '\n';
    return 2;
  }
  const auto& what = std::get<scenario>(loaded);
  const auto got = simulate(what, how);
  if (json) {
    std::cout << to_json(what, how, got) << '\n';
  } else {
    std::cout << to_string(got.judged.verdict) << ' ' << what.name << " seed " << how.seed << ' '
              << got.events << " events, " << got.simulated_seconds << " s in " << got.real_seconds
              << " s\n";
    for (const auto& why : got.judged.reasons) std::cout << "  " << why << '\n';
  }
  return exit_code(got.judged.verdict);
}

}  // namespace
}  // namespace troupe::chaos

int main(int count, char** values) {
  using namespace troupe::chaos;
  CLI::App program{"Breaks Troupe on purpose, and says whether it held."};
  program.require_subcommand(1);
  std::string file;
  run_options how;
  bool json = false;
  auto& simulated = *program.add_subcommand("simulate", "Play a scenario in virtual time");
  simulated.add_option("scenario", file)->required();
  simulated.add_option("--seed", how.seed);
  simulated.add_flag("--json", json);
  CLI11_PARSE(program, count, values);
  return run(file, how, json);
}
