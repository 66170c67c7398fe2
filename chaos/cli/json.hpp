#pragma once

#include <string>

#include "chaos/scenario/run.hpp"

namespace troupe::chaos {

/// One object, as `troupe-chaos simulate --json` prints it. `control`: the run of the same seed
/// without faults, or null.
[[nodiscard]] std::string to_json(const scenario& what, const run_options& how,
                                  const run_result& got, const run_result* control);

}  // namespace troupe::chaos
