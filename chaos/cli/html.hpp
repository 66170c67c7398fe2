#pragma once

#include <string>

#include "chaos/scenario/run.hpp"

namespace troupe::chaos {

/// One page that needs nothing else: the verdict, and over time load, good answers, latency,
/// faults, restarts. `control` is the run of the same seed without faults; may be null.
[[nodiscard]] std::string to_html(const scenario& what, const run_options& how,
                                  const run_result& got, const run_result* control);

}  // namespace troupe::chaos
