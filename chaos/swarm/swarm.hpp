#pragma once

#include <functional>
#include <optional>
#include <string>

#include "chaos/scenario/run.hpp"

namespace troupe::chaos {

/// A scenario drawn from a seed: some nodes, some load, one to six faults of any family with
/// parameters and schedules within their limits. Expects nothing but that the invariants hold, and
/// that the system is steady again in the end.
[[nodiscard]] scenario draw_scenario(std::uint64_t seed);

/// Whether a run broke what every run must keep: an invariant, or the way back to the steady state.
/// That a drawn fault found nothing to touch is no failure.
[[nodiscard]] bool broke(const run_result& got);

/// The smallest scenario that still breaks the same: fewer faults, less time, fewer requests. Tries
/// at most `most_runs`. `tell` is called with each smaller one.
struct shrunk {
  scenario what;
  std::uint64_t last_request = 0;
  run_result got;
  std::size_t runs = 0;
};
[[nodiscard]] shrunk shrink(const scenario& what, const run_options& how, std::size_t most_runs,
                            const std::function<void(const std::string&)>& tell);

}  // namespace troupe::chaos
