#pragma once

#include "runtime/cli/report/group_report.hpp"

namespace troupe::cli {

/// A small group of a made-up protocol with a whole result, as a report shows it.
[[nodiscard]] group_view example_group();

}  // namespace troupe::cli
