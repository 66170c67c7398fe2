#pragma once

#include "messages/findings.hpp"
#include "messages/traffic.hpp"
#include "messages/work.hpp"

namespace troupe {

/// Describes a group's messages: lengths, byte values, columns, frequent strings, text, and whether
/// the payload looks plain, compressed or encrypted. Lengths and totals are of all messages; the
/// rest is measured on a sample whose size follows the effort. Pure; stops early when asked to.
[[nodiscard]] statistics compute_statistics(const traffic_group& group, const work_context& work);

}  // namespace troupe
