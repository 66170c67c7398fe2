#include <algorithm>
#include <fstream>
#include <iomanip>
#include <optional>
#include <ostream>
#include <sstream>

#include "chaos/cli/commands.hpp"
#include "chaos/cli/explain.hpp"
#include "chaos/cli/html.hpp"
#include "chaos/cli/json.hpp"
#include "chaos/cli/story.hpp"
#include "runtime/config/load.hpp"
#include "runtime/node/implementation.hpp"
#include "runtime/node/models.hpp"

namespace troupe::chaos {

namespace {

std::optional<cost_table> read_costs(const std::string& file, std::string& why) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) {
    why = file + ": cannot be read";
    return std::nullopt;
  }
  auto read = cost_table::read(text.str(), file);
  if (auto* wrong = std::get_if<failure>(&read)) {
    why = std::move(wrong->what);
    return std::nullopt;
  }
  return std::get<cost_table>(std::move(read));
}

// From where `troupe` finds it.
std::variant<std::shared_ptr<const grammar_model>, failure> shipped_grammar() {
  const auto own = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const auto folder = find_config_folder({}, {}, config_folders_beside(own));
  if (const auto* why = std::get_if<failure>(&folder)) return *why;
  options settings;
  settings.config_folder = std::get<std::filesystem::path>(folder).string();
  return configured_grammar_model(settings);
}

// The first request that broke something, played again and told step by step.
void tell_story(const scenario& what, run_options how, const run_result& got, terminal& at) {
  const auto broken = std::ranges::find_if(got.judged.violations,
                                           [](const violation& one) { return one.request > 0; });
  if (broken == got.judged.violations.end()) return;
  how.trace = broken->request;
  const auto again = simulate(what, how);
  at.out << '\n' << story_of(broken->request, again.told);
}

}  // namespace

std::vector<std::filesystem::path> shipped_scenarios(const terminal& at) {
  std::vector<std::filesystem::path> out;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(at.scenarios, error)) {
    if (entry.path().extension() == ".yaml") out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

exit_status simulate_command(const simulate_request& asked, terminal& at) {
  auto loaded = load_scenario(find_scenario(asked.scenario, at));
  if (const auto* why = std::get_if<failure>(&loaded)) return usage(at, why->what);
  const auto& what = std::get<scenario>(loaded);
  run_options how;
  how.seed = asked.seed;
  if (what.replay) {
    if (!asked.seed_given) how.seed = what.replay->seed;
    how.last_request = what.replay->last_request;
  }
  std::optional<cost_table> costs;
  if (!asked.costs.empty()) {
    std::string why;
    costs = read_costs(asked.costs, why);
    if (!costs) return usage(at, why);
    how.costs = &*costs;
  }
  if (asked.real_stages) {
    how.stages = stages_are::real;
    auto model = shipped_grammar();
    if (const auto* why = std::get_if<failure>(&model)) return usage(at, why->what);
    how.real_stages = std::make_shared<const stage_table>(make_stage_table(
        nullptr, std::get<std::shared_ptr<const grammar_model>>(std::move(model))));
  }
  const auto got = simulate(what, how);
  std::optional<run_result> control;
  if (asked.control.value_or(!asked.json || !asked.report.empty())) {
    auto calm = how;
    calm.with_faults = false;
    control = simulate(what, calm);
  }
  const auto* beside = control ? &*control : nullptr;
  if (asked.json) {
    at.out << to_json(what, how, got, beside) << '\n';
  } else {
    summarize(what, how, got, beside, at);
    tell_story(what, how, got, at);
  }
  if (!asked.report.empty() && !write_page(asked.report, to_html(what, how, got, beside), at)) {
    return 2;
  }
  return status_of(got.judged.verdict);
}

exit_status validate_command(const std::vector<std::string>& files, terminal& at) {
  exit_status status = 0;
  for (const auto& file : files) {
    const auto read = load_scenario(find_scenario(file, at));
    if (const auto* why = std::get_if<failure>(&read)) {
      at.err << why->what << '\n';
      status = 2;
    } else {
      at.out << file << ": holds, " << std::get<scenario>(read).faults.size() << " faults\n";
    }
  }
  return status;
}

exit_status list_command(terminal& at) {
  const auto files = shipped_scenarios(at);
  if (files.empty()) return usage(at, "no scenarios in " + at.scenarios.string());
  list_scenarios(files, at.out);
  return 0;
}

exit_status explain_command(const std::string& what, terminal& at) {
  if (explain(what, shipped_scenarios(at), at.out)) return 0;
  return usage(at, "there is no fault and no scenario '" + what +
                       "'; see `troupe-chaos list` and `troupe-chaos explain faults`");
}

}  // namespace troupe::chaos
