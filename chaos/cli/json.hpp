#pragma once

#include <string>

#include "chaos/scenario/run.hpp"

namespace troupe::chaos {

/// One object, as `troupe-chaos simulate --json` prints it.
[[nodiscard]] std::string to_json(const scenario& what, const run_options& how,
                                  const run_result& got);

}  // namespace troupe::chaos
