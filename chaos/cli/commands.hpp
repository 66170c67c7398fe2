#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace troupe::chaos {

/// What the process offers to a command.
struct terminal {
  std::ostream& out;
  std::ostream& err;
  bool colors = false;              // out is a terminal that wants them
  bool progress = false;            // err is a terminal
  std::filesystem::path scenarios;  // the folder of those that are shipped
};

/// 0 PASS, 1 FAIL, 2 usage, 3 INCONCLUSIVE.
using exit_status = int;

struct simulate_request {
  std::string scenario;  // a file, or the name of a shipped one
  std::uint64_t seed = 1;
  bool seed_given = false;
  bool json = false;
  bool real_stages = false;
  bool control = true;
  std::string costs;   // a file; empty: the built-in table
  std::string report;  // an HTML page to write; empty: none
};

struct swarm_request {
  std::uint64_t seeds = 100;
  std::uint64_t first = 1;
  std::uint32_t jobs = 1;
  std::string folder = "chaos-failures";
};

[[nodiscard]] exit_status simulate_command(const simulate_request& asked, terminal& at);
[[nodiscard]] exit_status swarm_command(const swarm_request& asked, terminal& at);
[[nodiscard]] exit_status validate_command(const std::vector<std::string>& files, terminal& at);
[[nodiscard]] exit_status list_command(terminal& at);
[[nodiscard]] exit_status explain_command(const std::string& what, terminal& at);

/// Those of the shipped folder, by name.
[[nodiscard]] std::vector<std::filesystem::path> shipped_scenarios(const terminal& at);

}  // namespace troupe::chaos
