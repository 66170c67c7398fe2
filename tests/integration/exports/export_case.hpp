#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "messages/format.hpp"
#include "messages/traffic.hpp"

namespace troupe {

/// A format and messages of its protocol, for a run through a real tool.
struct export_case {
  struct sample {
    std::vector<std::uint8_t> bytes;
    direction dir = direction::client_to_server;
  };

  std::string name;
  format what;
  std::vector<sample> samples;
};

/// Offset and size of each leaf of a message.
using leaf_list = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

/// By hand: every element, every size rule, every keyword.
[[nodiscard]] std::vector<export_case> hand_made_cases();

/// Drawn at random, with messages that fit and messages that were changed.
[[nodiscard]] std::vector<export_case> random_cases(std::uint64_t first_seed, std::size_t formats,
                                                    std::size_t messages);

/// Inferred from the first messages of every traffic group of the files in a folder.
[[nodiscard]] std::vector<export_case> inferred_cases(const std::string& folder,
                                                      std::size_t messages);

/// Runs a command and returns what it wrote to its standard output; throws when it fails.
std::string run_tool(const std::string& command);

/// A folder for the files of one test, empty.
[[nodiscard]] std::string fresh_folder(const std::string& name);

void write_file(const std::string& path, const std::string& text);

}  // namespace troupe
