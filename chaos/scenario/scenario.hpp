#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "chaos/world/world.hpp"

namespace troupe::chaos {

/// What clients do: an open loop, so a slow system does not slow them down.
struct load_plan {
  double rate = 100;          // requests a second, over all nodes
  std::size_t contents = 20;  // different inputs; few: mostly cached
  double fresh = 0.2;         // share of requests that want no cached answer
  double forwarded = 0;       // share that another node than the client's is asked for
  duration deadline = std::chrono::milliseconds(100);
  quality_mode mode = quality_mode::balanced;
  double other_modes = 0;  // share of requests in another mode
  double strict = 0;       // share of requests that take no fallback
};

/// One fault and its schedule. Times count from the end of the undisturbed beginning.
struct fault_plan {
  std::string name;  // of this one; the family's when the scenario gives none
  const fault_family* family = nullptr;
  selector where;
  fault_settings settings;
  duration from{0};
  duration until{0};  // 0: the end of the disturbed time
  duration every{0};  // 0: once
  duration lasts{0};  // each time; 0: until the next time, or the end
  duration ramp{0};   // its share of messages grows to the whole during this time
  std::string after;  // the fault whose first firing starts this one, `from` later; empty: none
};

/// What a healthy system does, second by second.
struct steady_state {
  double good = 0.99;                             // share of requests answered well and in time
  duration p99 = std::chrono::milliseconds(100);  // of their latencies
};

/// What makes a file a replay: the run that it repeats.
struct replay_of {
  static constexpr std::size_t version = 1;  // of what a seed means: another one plays another run

  std::uint64_t seed = 1;
  std::uint64_t last_request = 0;  // clients fall silent after it; 0: never
};

/// One experiment, as data.
struct scenario {
  std::string name;
  std::string about;
  std::uint32_t nodes = 1;
  load_plan load;
  duration before = std::chrono::seconds(5);   // undisturbed
  duration during = std::chrono::seconds(20);  // disturbed
  duration after = std::chrono::seconds(10);   // everything healed; must become steady again
  steady_state steady;
  double good_during = 0;                       // blast radius: at least this share stays good
  double heap_growth = 0;                       // live, own process: share of its memory; 0: any
  double abort_below = 0;                       // good share of one second that ends the run
  duration recovery = std::chrono::seconds(2);  // from the last fault to the steady state
  std::vector<std::pair<std::string, std::string>> overrides;  // configuration keys of the nodes
  std::vector<fault_plan> faults;
  std::optional<replay_of> replay;
  std::vector<std::string> never;      // cases that must not come up at all
  std::vector<std::string> sometimes;  // cases that the run must have reached, see sometimes.hpp
};

/// Reads one scenario. The failure lists every problem with file and line.
[[nodiscard]] std::variant<scenario, failure> read_scenario(const std::string& text,
                                                            const std::string& file);
[[nodiscard]] std::variant<scenario, failure> load_scenario(const std::filesystem::path& file);

/// The same as text, for files of the swarm and of shrunk failures.
[[nodiscard]] std::string to_yaml(const scenario& what);

/// The configuration of its nodes, or why a key or value does not hold.
[[nodiscard]] std::variant<options, failure> settings_of(const scenario& what);

}  // namespace troupe::chaos
