#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "messages/traffic.hpp"

namespace troupe::test {

/// Reads one <protocol>.jsonl.gz of labelled messages; only hex, direction, t and flow are used.
[[nodiscard]] traffic_group read_labelled_traffic(const std::filesystem::path& file);

/// A labelled field of one message.
struct label {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
  std::string name;
  std::string type;
};

/// The labels of every message of such a file: what is true, for judging only.
[[nodiscard]] std::vector<std::vector<label>> read_labels(const std::filesystem::path& file);

/// The same with other constants: the bytes of enumerations, and of numbers that never change, go
/// through one permutation of 1..254 (zeros and ones stay: they tell a width, not a value), ids are
/// shifted by a constant. What encodes structure (tags of BER) stays. Fields are where they were.
[[nodiscard]] traffic_group read_remapped_traffic(const std::filesystem::path& file,
                                                  std::uint64_t seed);

}  // namespace troupe::test
