#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "chaos/scenario/run.hpp"

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
  std::optional<bool>
      control;         // a run of the same seed without faults beside it; none: unless json
  std::string costs;   // a file; empty: the built-in table
  std::string report;  // an HTML page to write; empty: none
};

struct live_request {
  std::string scenario;
  std::string where = "auto";  // own, child, or auto: what its faults need
  std::string node;            // URL of a node that runs already; empty: start some
  std::string key_file;        // with the key that it wants to see
  std::string token_file;      // with its bearer token; empty: none
  std::uint64_t seed = 1;
  bool seed_given = false;
  bool json = false;
  std::string report;
};

struct swarm_request {
  std::uint64_t seeds = 100;
  std::uint64_t first = 1;
  std::uint32_t jobs = 1;
  bool with_faults = true;
  std::string folder = "chaos-failures";
};

[[nodiscard]] exit_status simulate_command(const simulate_request& asked, terminal& at);
[[nodiscard]] exit_status run_command(const live_request& asked, terminal& at);
[[nodiscard]] exit_status swarm_command(const swarm_request& asked, terminal& at);
[[nodiscard]] exit_status validate_command(const std::vector<std::string>& files, terminal& at);
[[nodiscard]] exit_status list_command(terminal& at);
[[nodiscard]] exit_status explain_command(const std::string& what, terminal& at);

/// The file that is meant: a path, or the name of a shipped scenario.
[[nodiscard]] std::filesystem::path find_scenario(const std::string& named, const terminal& at);
[[nodiscard]] exit_status status_of(judgement verdict) noexcept;
[[nodiscard]] exit_status usage(terminal& at, const std::string& why);
/// The summary of a run for people; `control` may be null.
void summarize(const scenario& what, const run_options& how, const run_result& got,
               const run_result* control, terminal& at);
/// Writes the page; false, with a message, when it cannot.
[[nodiscard]] bool write_page(const std::string& file, const std::string& page, terminal& at);

/// Those of the shipped folder, by name.
[[nodiscard]] std::vector<std::filesystem::path> shipped_scenarios(const terminal& at);

}  // namespace troupe::chaos
