#include <CLI/CLI.hpp>
#include <ostream>

#include "runtime/cli/command_line.hpp"
#include "runtime/cli/console.hpp"
#include "runtime/http/http_get.hpp"
#include "runtime/http/http_rules.hpp"
#include "runtime/store/saved_answers.hpp"

namespace troupe::cli {
namespace {

constexpr const char* save_examples =
    "Examples:\n"
    "  troupe cache save --to answers.cache\n"
    "  troupe cache save http://127.0.0.1:9000 --to answers.cache --token-file token\n"
    "  troupe node --warm-from answers.cache\n\n"
    "Exit codes: 0 done, 2 usage or configuration, 3 no node at that place, or the file cannot\n"
    "be written.";

struct save_request {
  std::string from = "http://127.0.0.1:8080";
  std::string to;
  std::string token_file;
};

exit_code save(const save_request& asked, console& io) {
  std::string token;
  if (!asked.token_file.empty()) {
    auto read = read_token(asked.token_file, "--token-file");
    if (const auto* why = std::get_if<failure>(&read)) {
      complain(io, why->what);
      return exit_code::usage;
    }
    token = std::get<std::string>(std::move(read));
  }
  const auto done = save_answers(
      asked.to, [&](std::uint64_t from) { return http_get(page_url(asked.from, from), token); });
  if (const auto* why = std::get_if<failure>(&done)) {
    complain(io, why->what);
    return exit_code::bad_input;
  }
  const auto& [entries, bytes] = std::get<saved>(done);
  io.out << asked.to << ": " << entries << " answers, " << bytes << " bytes\n" << std::flush;
  return exit_code::done;
}

}  // namespace

void add_cache_command(CLI::App& program, chosen_command& chosen) {
  auto& cache = *program.add_subcommand("cache", "The answers that a running node remembers");
  cache.require_subcommand(1);
  cache.footer("Example:\n  troupe cache save --to answers.cache");
  auto asked = std::make_shared<save_request>();
  auto& command = *cache.add_subcommand("save", "Write them to a file, to warm another node with");
  command.footer(save_examples);
  command.add_option("from", asked->from, "the node")->type_name("URL")->capture_default_str();
  command.add_option("--to", asked->to, "the file")->type_name("FILE")->required();
  command.add_option("--token-file", asked->token_file, "file with the node's bearer token")
      ->type_name("FILE");
  command.callback(
      [asked, &chosen] { chosen = [asked](console& io) { return save(*asked, io); }; });
}

}  // namespace troupe::cli
