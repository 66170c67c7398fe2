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

/// What the real tool made of the messages of a case; an error text where it made nothing.
struct tool_answer {
  std::string error;
  std::vector<leaf_list> leaves;     // by message
  std::vector<std::string> problem;  // by message; empty when it was parsed
};

/// Runs a command and returns what it wrote to its standard output; throws when it fails.
std::string run_tool(const std::string& command);

/// A folder for the files of one test, empty.
[[nodiscard]] std::string fresh_folder(const std::string& name);

void write_file(const std::string& path, const std::string& text);

}  // namespace troupe
