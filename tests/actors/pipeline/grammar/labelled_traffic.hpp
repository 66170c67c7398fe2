#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "messages/traffic.hpp"

namespace troupe::test {

/// Reads one <protocol>.jsonl.gz of labelled messages; only hex, direction, t and flow are used.
[[nodiscard]] traffic_group read_labelled_traffic(const std::filesystem::path& file);

/// The same with other constants: the bytes of enumerations, and of numbers that never change, go
/// through one permutation of 1..254 (zeros and ones stay: they tell a width, not a value), ids are
/// shifted by a constant. What encodes structure (tags of BER) stays. Fields are where they were.
[[nodiscard]] traffic_group read_remapped_traffic(const std::filesystem::path& file,
                                                  std::uint64_t seed);

}  // namespace troupe::test
