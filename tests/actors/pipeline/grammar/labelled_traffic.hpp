#pragma once

#include <filesystem>
#include <string>

#include "actors/pipeline/grammar/boundary_model.hpp"
#include "messages/traffic.hpp"

namespace troupe::test {

/// Reads one <protocol>.jsonl.gz of labelled messages; only hex, direction, t and flow are used.
[[nodiscard]] traffic_group read_labelled_traffic(const std::filesystem::path& file);

/// The same with the offsets at which the fields of each message start.
[[nodiscard]] grammar::labelled_messages read_labelled_messages(const std::filesystem::path& file);

}  // namespace troupe::test
