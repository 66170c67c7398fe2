#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "actors/ingest/input.hpp"
#include "actors/pipeline/classifier/labelled_folder.hpp"

namespace troupe {

/// Labelled captures beside the tree; they are not part of it.
inline std::string labelled_captures() {
  return TROUPE_SOURCE_DIR "/../shared/data/classification";
}

inline bool has_labelled_captures() {
  return std::filesystem::exists(labelled_captures() + "/flows.tsv");
}

inline std::variant<labelled_folder, failure> read_labelled_captures() {
  const auto read_capture =
      [](const std::string& path) -> std::variant<std::vector<traffic_group_ptr>, failure> {
    auto read = read_file(path, ingest_options{});
    if (auto* why = std::get_if<failure>(&read)) return std::move(*why);
    return std::move(std::get<ingest_result>(read).groups);
  };
  return read_labelled_folder(labelled_captures(), read_capture);
}

}  // namespace troupe
