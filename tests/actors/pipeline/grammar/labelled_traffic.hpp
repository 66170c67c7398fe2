#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "actors/pipeline/grammar_training/labelled_protocol.hpp"
#include "messages/traffic.hpp"

namespace troupe::test {

/// The messages of one <protocol>.jsonl.gz, without labels. Throws what is wrong with the file.
[[nodiscard]] traffic_group read_labelled_traffic(const std::filesystem::path& file);

/// The labels of every message of such a file: what is true, for judging only.
[[nodiscard]] std::vector<std::vector<labelled_field>> read_labels(
    const std::filesystem::path& file);

/// The same with other constants: the bytes of enumerations, and of numbers that never change, go
/// through one permutation of 1..254 (zeros and ones stay: they tell a width, not a value), ids are
/// shifted by a constant. What encodes structure (tags of BER) stays. Fields are where they were.
[[nodiscard]] traffic_group read_remapped_traffic(const std::filesystem::path& file,
                                                  std::uint64_t seed);

}  // namespace troupe::test
