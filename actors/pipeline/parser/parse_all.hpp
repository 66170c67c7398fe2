#pragma once

#include "messages/findings.hpp"
#include "messages/format.hpp"
#include "messages/traffic.hpp"
#include "messages/work.hpp"

namespace troupe {

/// Parses every message of the group, in order; stops early with the counts so far when asked to.
[[nodiscard]] parse_report parse_all(const format& what, const traffic_group& group,
                                     const work_context& work);

}  // namespace troupe
