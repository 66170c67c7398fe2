#pragma once

#include <string>
#include <vector>

#include "messages/objective.hpp"

namespace troupe {

/// Recording and alerting rules for these objectives, as a Prometheus rule file: the same burn
/// rates over the same windows as a node's monitors, over all nodes that Prometheus scrapes, each
/// by itself (label `instance`). Two alerts an objective: `severity: page` and `severity: ticket`.
///
/// A slice of 10 s there is one evaluation of the group here: an objective on slices records
/// whether it holds, and its bad share is the average of that.
[[nodiscard]] std::string prometheus_rules(const std::vector<objective>& objectives);

}  // namespace troupe
