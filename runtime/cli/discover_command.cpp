#include <CLI/CLI.hpp>
#include <map>
#include <set>

#include "runtime/cli/command_line.hpp"
#include "runtime/cli/refining.hpp"
#include "runtime/cli/settings.hpp"
#include "runtime/cli/sinks.hpp"
#include "runtime/config/units.hpp"
#include "runtime/node/models.hpp"
#include "runtime/wire/discover_body.hpp"

namespace troupe::cli {
namespace {

struct discover_request {
  std::vector<std::string> files;
  std::string mode = "accurate";
  std::string deadline = "60s";
  std::string level;
  std::string format = "text";
  std::vector<std::string> groups;
  std::string refine;
  std::string target;
  std::optional<std::uint64_t> seed;
  std::string color = "auto";
  bool full = false;
  settings_request settings;
};

constexpr const char* examples =
    "Examples:\n"
    "  troupe discover capture.pcap\n"
    "  troupe discover --mode fast --deadline 100ms --group UDP/53 capture.pcap\n"
    "  troupe discover --format ksy --output parsers/ *.pcap\n"
    "  troupe discover --format dot --group TCP/502 capture.pcap | dot -Tsvg > states.svg\n"
    "  troupe discover --refine monday.json --format json -o tuesday.json tuesday.pcap\n"
    "  tcpdump -w - -c 1000 | troupe discover -\n\n";

std::unique_ptr<result_sink> sink_for(const discover_request& asked, output to, const console& io) {
  const bool several = asked.files.size() > 1;
  if (asked.format == "json") return json_sink(std::move(to), several);
  if (asked.format == "score") return score_sink(std::move(to), several);
  static const std::map<std::string, export_kind> exports{{"ksy", export_kind::kaitai},
                                                          {"lua", export_kind::lua},
                                                          {"scapy", export_kind::scapy},
                                                          {"grammar", export_kind::grammar},
                                                          {"dot", export_kind::dot}};
  if (const auto kind = exports.find(asked.format); kind != exports.end())
    return export_sink(std::move(to), kind->second);
  const bool to_terminal = to.is_stream();
  auto look = style_for(io, asked.color == "auto" && !to_terminal ? "never" : asked.color);
  look.everything = asked.full;
  return text_sink(std::move(to), look);
}

exit_code discover(const discover_request& asked, console& io) {
  const auto refuse = [&](const std::string& why) {
    complain(io, why);
    return exit_code::usage;
  };
  const auto budget = parse_duration(asked.deadline);
  if (!budget || budget->count() <= 0) {
    return refuse("--deadline " + asked.deadline + ": expected a time such as 100ms, 5s or 2m");
  }
  auto loaded = load_settings(asked.settings, io);
  if (const auto* why = std::get_if<failure>(&loaded)) return refuse(why->what);
  auto& settings = std::get<loaded_options>(loaded);
  make_embedded(settings);
  auto to = output::open(asked.target, asked.files, io);
  if (const auto* why = std::get_if<failure>(&to)) return refuse(why->what);

  question what;
  what.mode = wire::mode_named(asked.mode).value_or(quality_mode::accurate);
  const auto& level = asked.level.empty() ? settings.values.discovery.level : asked.level;
  what.level = wire::level_named(level).value_or(validation_level::standard);
  what.budget = *budget;
  what.seed = asked.seed.value_or(settings.values.node.seed);
  what.groups = asked.groups;
  if (!asked.refine.empty()) {
    if (asked.files.size() > 1) return refuse("--refine goes on with one file at a time");
    auto stored = read_stored_formats(asked.refine);
    if (const auto* why = std::get_if<failure>(&stored)) return refuse("--refine " + why->what);
    what.stored = std::make_shared<const std::vector<wire::stored_format>>(
        std::get<std::vector<wire::stored_format>>(std::move(stored)));
    auto model = configured_grammar_model(settings.values);
    if (const auto* why = std::get_if<failure>(&model)) return refuse(why->what);
    what.grammar = std::get<std::shared_ptr<const grammar_model>>(std::move(model));
  }
  const auto sink = sink_for(asked, std::get<output>(std::move(to)), io);
  return session(io, settings.values, what).run(asked.files, *sink);
}

}  // namespace

void add_discover_command(CLI::App& program, chosen_command& chosen) {
  auto asked = std::make_shared<discover_request>();
  auto& command = *program.add_subcommand(
      "discover", "Find out the format, protocol and validity of captured traffic");
  command.footer(std::string(examples) + exit_codes_help);
  command
      .add_option("file", asked->files,
                  "Captures (pcap, pcapng), JSONL messages or hex lines, plain or gzip; - is "
                  "the standard input")
      ->required()
      ->type_name("FILE");
  command.add_option("--mode", asked->mode, "How hard to try")
      ->check(CLI::IsMember({"fast", "balanced", "accurate"}))
      ->capture_default_str();
  command.add_option("--deadline", asked->deadline, "Time for each group, such as 100ms")
      ->type_name("TIME")
      ->capture_default_str();
  command.add_option("--format", asked->format, "What to write")
      ->check(CLI::IsMember({"text", "json", "score", "grammar", "dot", "ksy", "lua", "scapy"}))
      ->capture_default_str();
  command.add_option("--group", asked->groups, "Only this group, such as UDP/53; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command
      .add_option("--refine", asked->refine,
                  "Go on with the format in this file, as --format json wrote it, instead of "
                  "beginning anew")
      ->type_name("FORMAT.json");
  command.add_option("--level", asked->level, "How strictly to validate; else as configured")
      ->check(CLI::IsMember({"basic", "standard", "strict", "enterprise"}));
  command.add_option("-o,--output", asked->target, "Write there; a folder gets a file per input")
      ->type_name("FILE|FOLDER/");
  command.add_option("--seed", asked->seed, "Of sampling and search; same seed, same answer")
      ->type_name("N");
  command.add_option("--color", asked->color, "Colours in the text report")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command.add_flag("--full", asked->full, "Leave nothing out of the text report");
  add_settings_options(command, asked->settings);
  command.callback(
      [asked, &chosen] { chosen = [asked](console& io) { return discover(*asked, io); }; });
}

}  // namespace troupe::cli
