#pragma once

#include <filesystem>
#include <string>

#include "messages/traffic.hpp"

namespace troupe::test {

/// Reads one <protocol>.jsonl.gz of labelled messages; only hex, direction, t and flow are used.
[[nodiscard]] traffic_group read_labelled_traffic(const std::filesystem::path& file);

}  // namespace troupe::test
