#pragma once

#include <vector>

#include "messages/objective_status.hpp"
#include "runtime/node.hpp"

namespace troupe {

/// What a snapshot of the tree says about each top-level component: unhealthy when it does not run,
/// degraded while something below it is down. A node that is not ready has one unhealthy component
/// "node".
[[nodiscard]] std::vector<component_health> judge_health(const tree_snapshot& tree, bool ready);

/// An objective at risk, or whose metric does not come, is degraded; a violated one is unhealthy.
[[nodiscard]] component_health judge_objective(const objective_status& now);

/// The worst of all.
[[nodiscard]] health overall(const std::vector<component_health>& components) noexcept;

}  // namespace troupe
