#include <CLI/CLI.hpp>
#include <ostream>

#include "runtime/cli/command_line.hpp"
#include "runtime/cli/report/table.hpp"
#include "runtime/cli/settings.hpp"
#include "runtime/wire/text.hpp"

namespace troupe::cli {
namespace {

exit_code check(const std::string& file, console& io) {
  if (const auto wrong = check_file(file)) {
    complain(io, wrong->what);
    return exit_code::usage;
  }
  io.out << wire::clean_text(file) << " holds\n";
  return exit_code::done;
}

exit_code show(const settings_request& asked, console& io) {
  auto loaded = load_settings(asked, io);
  if (const auto* why = std::get_if<failure>(&loaded)) {
    complain(io, why->what);
    return exit_code::usage;
  }
  table rows({{"key"}, {"value"}, {"from"}});
  for (const auto& one : std::get<loaded_options>(loaded).sources) {
    const bool shipped = one.origin == "built in" || one.origin.starts_with("default.yaml");
    rows.add({{one.key, ink::strong},
              {wire::clean_text(one.value)},
              {wire::clean_text(one.origin), shipped ? ink::dim : ink::good}});
  }
  io.out << rows.text(style_for(io, "auto"), 0);
  return exit_code::done;
}

}  // namespace

void add_config_command(CLI::App& program, chosen_command& chosen) {
  auto& config = *program.add_subcommand("config", "Check and show the configuration");
  config.require_subcommand(1);
  config.footer("Examples:\n  troupe config check my.yaml\n  troupe config show --config my.yaml");

  auto file = std::make_shared<std::string>();
  auto& checking =
      *config.add_subcommand("check", "Say what is wrong with a file, or that it holds");
  checking.footer("Example:\n  troupe config check my.yaml");
  checking.add_option("file", *file, "YAML")->required()->type_name("FILE");
  checking.callback([file, &chosen] { chosen = [file](console& io) { return check(*file, io); }; });

  auto asked = std::make_shared<settings_request>();
  auto& showing = *config.add_subcommand("show", "Every value that is in effect, and its origin");
  showing.footer("Example:\n  TROUPE__HTTP__PORT=9000 troupe config show");
  add_settings_options(showing, *asked);
  showing.callback(
      [asked, &chosen] { chosen = [asked](console& io) { return show(*asked, io); }; });
}

}  // namespace troupe::cli
