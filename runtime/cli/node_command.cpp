#include <CLI/CLI.hpp>
#include <ostream>
#include <stdexcept>

#include "runtime/cli/command_line.hpp"
#include "runtime/cli/settings.hpp"
#include "runtime/node.hpp"

namespace troupe::cli {
namespace {

constexpr const char* examples =
    "Examples:\n"
    "  troupe node\n"
    "  troupe node --set http.port=0 --set log.format=json\n"
    "  troupe node --warm-from answers.cache --set cache.save_to=answers.cache\n"
    "  troupe node --warm-from http://127.0.0.1:9000\n"
    "  curl --data-binary @capture.pcap -H 'Content-Type: application/vnd.tcpdump.pcap' \\\n"
    "       'http://127.0.0.1:8080/v1/discover?mode=fast&deadline_ms=500'\n\n"
    "Runs until SIGTERM or SIGINT, then answers what it has accepted and ends.\n\n"
    "Exit codes: 0 stopped by a signal, 1 gave up after too many failures, 2 usage or "
    "configuration.";

// An IPv6 address stands in brackets before a port.
std::string url_of(const std::string& address, std::uint16_t port) {
  const bool is_v6 = address.find(':') != std::string::npos;
  return "http://" + (is_v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

// Whoever runs the node starts it again, which nothing inside this process can do.
exit_code given_up(const std::string& name, console& io) {
  complain(io, "node " + name +
                   ": its tree of actors has given up after too many failures; the log says which. "
                   "Start it again");
  return exit_code::some_refused;
}

exit_code serve(const settings_request& asked, console& io) {
  auto loaded = load_settings(asked, io);
  if (const auto* why = std::get_if<failure>(&loaded)) {
    complain(io, why->what);
    return exit_code::usage;
  }
  auto& settings = std::get<loaded_options>(loaded).values;
  settings.http.enabled = true;
  try {
    node running(settings);
    io.out << "troupe node " << settings.node.name << " listens on "
           << url_of(settings.http.address, running.http_port()) << '\n'
           << std::flush;
    const auto signal = io.wait_for_signal([&running] { return running.live(); });
    if (!signal) return given_up(settings.node.name, io);
    io.out << "stopping on " << *signal << '\n' << std::flush;
    running.stop();
  } catch (const std::runtime_error& error) {
    complain(io, error.what());
    return exit_code::usage;
  }
  return exit_code::done;
}

}  // namespace

void add_node_command(CLI::App& program, chosen_command& chosen) {
  auto asked = std::make_shared<settings_request>();
  auto& command = *program.add_subcommand("node", "Serve discovery, metrics and health over HTTP");
  command.footer(examples);
  add_settings_options(command, *asked);
  command
      .add_option_function<std::string>(
          "--warm-from",
          [asked](const std::string& from) {
            asked->overrides.push_back("cache.warm_from=" + from);
          },
          "Begin with saved answers, or with those of a running node")
      ->type_name("FILE|URL");
  command.callback(
      [asked, &chosen] { chosen = [asked](console& io) { return serve(*asked, io); }; });
}

}  // namespace troupe::cli
