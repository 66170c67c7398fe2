#include <CLI/CLI.hpp>
#include <fstream>
#include <ostream>
#include <sstream>

#include "runtime/cli/command_line.hpp"
#include "runtime/cli/settings.hpp"
#include "runtime/http/http_get.hpp"
#include "runtime/http/http_rules.hpp"
#include "runtime/sla_report/prometheus_rules.hpp"
#include "runtime/sla_report/sla_report.hpp"

namespace troupe::cli {
namespace {

constexpr const char* report_examples =
    "Examples:\n"
    "  troupe sla report\n"
    "  troupe sla report http://127.0.0.1:9000 --format json --output today.json\n"
    "  troupe sla report today.json --format html --output today.html\n\n"
    "Exit codes: 0 done, 1 done and an objective is violated, 2 usage or configuration,\n"
    "3 no report at that place, or it cannot be written.";

struct report_request {
  std::string from = "http://127.0.0.1:8080";
  std::string format = "text";
  std::string output;
  std::string token_file;
};

bool is_address(const std::string& from) {
  return from.starts_with("http://") || from.starts_with("https://");
}

std::variant<std::string, failure> read_file(const std::string& name) {
  std::ifstream stream(name, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) {
    return failure{errc::bad_input, name + ": cannot be read"};
  }
  return std::move(text).str();
}

std::variant<std::string, failure> fetch(const report_request& asked) {
  if (!is_address(asked.from)) return read_file(asked.from);
  std::string token;
  if (!asked.token_file.empty()) {
    auto read = read_token(asked.token_file, "--token-file");
    if (auto* why = std::get_if<failure>(&read)) return std::move(*why);
    token = std::get<std::string>(std::move(read));
  }
  auto url = asked.from;
  while (url.ends_with('/')) url.pop_back();
  return http_get(url + "/v1/sla", token);
}

/// To the file, or to the terminal where none is named.
bool write(const std::string& text, const std::string& output, console& io) {
  if (output.empty()) {
    io.out << text << std::flush;
    return true;
  }
  std::ofstream stream(output, std::ios::binary);
  if (stream << text << std::flush) return true;
  complain(io, output + ": cannot be written; is the disk full, or the folder missing?");
  return false;
}

exit_code report(const report_request& asked, console& io) {
  const auto text = fetch(asked);
  if (const auto* why = std::get_if<failure>(&text)) {
    complain(io, why->what);
    return exit_code::bad_input;
  }
  const auto read = read_sla_json(std::get<std::string>(text), asked.from);
  if (const auto* why = std::get_if<failure>(&read)) {
    complain(io, why->what);
    return exit_code::bad_input;
  }
  const auto& document = std::get<sla_document>(read);
  const auto shown = asked.format == "json"   ? to_json(document)
                     : asked.format == "html" ? sla_html(document)
                                              : sla_text(document);
  if (!write(shown, asked.output, io)) return exit_code::bad_input;
  for (const auto& one : document.objectives) {
    if (one.state == objective_state::violated) return exit_code::some_refused;
  }
  return exit_code::done;
}

exit_code rules(const settings_request& asked, const std::string& output, console& io) {
  auto loaded = load_settings(asked, io);
  if (const auto* why = std::get_if<failure>(&loaded)) {
    complain(io, why->what);
    return exit_code::usage;
  }
  const auto text = prometheus_rules(std::get<loaded_options>(loaded).values.objectives);
  return write(text, output, io) ? exit_code::done : exit_code::bad_input;
}

void add_report(CLI::App& sla, chosen_command& chosen) {
  auto asked = std::make_shared<report_request>();
  auto& command = *sla.add_subcommand("report", "How each objective stands, and will stand");
  command.footer(report_examples);
  command.add_option("from", asked->from, "a running node, or a report saved as JSON")
      ->type_name("URL|FILE")
      ->capture_default_str();
  command.add_option("--format", asked->format, "text, json or html")
      ->check(CLI::IsMember({"text", "json", "html"}))
      ->capture_default_str();
  command.add_option("--output", asked->output, "write it to this file")->type_name("FILE");
  command.add_option("--token-file", asked->token_file, "file with the node's bearer token")
      ->type_name("FILE");
  command.callback(
      [asked, &chosen] { chosen = [asked](console& io) { return report(*asked, io); }; });
}

void add_rules(CLI::App& sla, chosen_command& chosen) {
  auto asked = std::make_shared<settings_request>();
  auto output = std::make_shared<std::string>();
  auto& command = *sla.add_subcommand("rules", "Prometheus rules for the configured objectives");
  command.footer("Example:\n  troupe sla rules --output troupe_rules.yaml");
  add_settings_options(command, *asked);
  command.add_option("--output", *output, "write them to this file")->type_name("FILE");
  command.callback([asked, output, &chosen] {
    chosen = [asked, output](console& io) { return rules(*asked, *output, io); };
  });
}

}  // namespace

void add_sla_command(CLI::App& program, chosen_command& chosen) {
  auto& sla = *program.add_subcommand("sla", "Objectives: how they stand, and rules to alert on");
  sla.require_subcommand(1);
  sla.footer("Examples:\n  troupe sla report\n  troupe sla rules");
  add_report(sla, chosen);
  add_rules(sla, chosen);
}

}  // namespace troupe::cli
