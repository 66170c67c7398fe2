#pragma once

#include <functional>
#include <memory>
#include <string>

#include "chaos/scenario/scenario.hpp"
#include "chaos/simulator/simulated_world.hpp"
#include "chaos/verdict/verdict.hpp"

namespace troupe::chaos {

struct run_options {
  std::uint64_t seed = 1;
  stages_are stages = stages_are::modelled;
  std::shared_ptr<const stage_table> real_stages = {};  // for stages_are::real
  const cost_table* costs = nullptr;                    // null: the built-in one
  bool with_faults = true;                              // false: the control run of the same seed
  std::uint64_t last_request = 0;                       // clients fall silent after it; 0: never
  std::uint64_t trace = 0;                              // request to be traced; 0: none
  std::function<void(const std::string&)> tell = {};    // hears of each part that begins
};

/// What a run leaves.
struct run_result {
  report judged;
  history told;
  std::uint64_t log_hash = 0;
  std::uint64_t events = 0;
  std::string played = "simulated";                     // own, child, attached
  std::map<actor_kind, std::vector<duration>> serving;  // live: from a kill to the next life
  // Live, in the own process: heap in use (bytes, without this history) before and after the
  // faults.
  std::uint64_t heap_before = 0;
  std::uint64_t heap_after = 0;
  double simulated_seconds = 0;
  double real_seconds = 0;
  double judging_seconds = 0;  // of these, for the history checker
};

/// Whether this scenario can be played live, and where: its faults decide. `nowhere` comes with the
/// names of those that only a simulation can do, or that never happen in one place.
struct live_place {
  live_in where = live_in::nowhere;  // own or child
  std::string why_not;
};
[[nodiscard]] live_place live_place_of(const scenario& what);

/// Plays one scenario in real time, in this process or with child processes. Throws
/// std::runtime_error when nodes cannot be started.
[[nodiscard]] run_result run_live(const scenario& what, const run_options& how, live_in where);

struct attachment {
  std::string url;
  std::string key;
  std::string token;
};

/// The same with a node that runs already, at this address; see attached_world. Throws
/// std::runtime_error when that does not allow it.
[[nodiscard]] run_result run_attached(const scenario& what, const run_options& how,
                                      const attachment& to);

/// Why this scenario cannot be played with a node that must not be ended; empty when it can.
[[nodiscard]] std::string why_not_attached(const scenario& what);

/// Plays one scenario from one seed. Needs no clock and no other thread; the same arguments give
/// the same result but for real_seconds.
[[nodiscard]] run_result simulate(const scenario& what, const run_options& how);

}  // namespace troupe::chaos
