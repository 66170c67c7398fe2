#pragma once

#include <optional>
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

/// A breaker that refuses or only tries its dependency, or a dependency that is not connected, is
/// degraded; nothing is said of the others.
[[nodiscard]] std::optional<component_health> judge_breaker(const breaker_report& now);

/// The worst of all.
[[nodiscard]] health overall(const std::vector<component_health>& components) noexcept;

}  // namespace troupe
