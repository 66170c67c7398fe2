#include <CLI/CLI.hpp>

#include "runtime/cli/command_line.hpp"
#include "runtime/cli/settings.hpp"
#include "runtime/cli/sinks.hpp"

namespace troupe::cli {
namespace {

struct classify_request {
  std::vector<std::string> files;
  std::string format = "text";
  std::string target;
  std::string color = "auto";
  settings_request settings;
};

constexpr const char* examples =
    "Examples:\n"
    "  troupe classify capture.pcap\n"
    "  troupe classify --format jsonl *.pcap | jq -r .label | sort | uniq -c\n\n"
    "A flow is named only when the model is sure enough; others are \"unknown\" (label null).\n\n";

exit_code classify(const classify_request& asked, console& io) {
  auto loaded = load_settings(asked.settings, io);
  if (const auto* why = std::get_if<failure>(&loaded)) {
    complain(io, why->what);
    return exit_code::usage;
  }
  auto& settings = std::get<loaded_options>(loaded);
  make_embedded(settings);
  auto opened = output::open(asked.target, asked.files, io);
  if (const auto* why = std::get_if<failure>(&opened)) {
    complain(io, why->what);
    return exit_code::usage;
  }
  auto to = std::get<output>(std::move(opened));
  question what;
  what.seed = settings.values.node.seed;
  what.only = {stage::classifier};
  const auto color = asked.color == "auto" && !to.is_stream() ? "never" : asked.color;
  const auto sink = asked.format == "jsonl" ? flow_lines_sink(std::move(to))
                                            : flow_table_sink(std::move(to), style_for(io, color));
  return session(io, settings.values, what).run(asked.files, *sink);
}

}  // namespace

void add_classify_command(CLI::App& program, chosen_command& chosen) {
  auto asked = std::make_shared<classify_request>();
  auto& command = *program.add_subcommand("classify", "Name the protocol of each flow");
  command.footer(std::string(examples) + exit_codes_help);
  command
      .add_option("file", asked->files,
                  "Captures (pcap, pcapng), plain or gzip; - is the standard input")
      ->required()
      ->type_name("FILE");
  command.add_option("--format", asked->format, "What to write")
      ->check(CLI::IsMember({"text", "jsonl"}))
      ->capture_default_str();
  command.add_option("-o,--output", asked->target, "Write there; a folder gets a file per input")
      ->type_name("FILE|FOLDER/");
  command.add_option("--color", asked->color, "Colours in the table")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  add_settings_options(command, asked->settings);
  command.callback(
      [asked, &chosen] { chosen = [asked](console& io) { return classify(*asked, io); }; });
}

}  // namespace troupe::cli
