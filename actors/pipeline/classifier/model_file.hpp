#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "actors/pipeline/classifier/classifier.hpp"
#include "messages/errc.hpp"

namespace troupe {

// A classifier model as one file, little endian:
//
//   8 bytes  "TROUPECL"
//   4        version of this layout
//   8        size of the body in bytes
//   16       XXH3-128 of the body
//   body     name, labels, vocabulary, votes, ridge, calibration (model_file.cpp)

/// Layout version that is written, and the only one that is read.
inline constexpr std::uint32_t model_file_version = 1;

/// Larger files are not read.
inline constexpr std::uint64_t model_file_limit_bytes = 64ULL << 20U;

[[nodiscard]] std::vector<std::uint8_t> encode_model(const classifier_model& model);

/// Refuses what is foreign, damaged or inconsistent, and says what is wrong with it.
[[nodiscard]] std::variant<classifier_model, failure> decode_model(
    std::span<const std::uint8_t> file);

/// Reads a model file; the failure names the path.
[[nodiscard]] std::variant<classifier_model, failure> load_model(const std::string& path);

/// Writes a model file, whole or not at all. An empty failure (errc::none) means done.
[[nodiscard]] failure save_model(const classifier_model& model, const std::string& path);

}  // namespace troupe
