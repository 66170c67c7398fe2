#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::house {

/// One line, as it stands and without what the compiler does not act on.
struct source_line {
  std::string text;
  std::string
      code;  // comments and the insides of literals are blank; other files: the same as text
};

using source_lines = std::vector<source_line>;

/// The text files of a repository by their path from its root ("actors/cache/result_cache.hpp").
using source_tree = std::map<std::string, source_lines, std::less<>>;

/// One `#include "..."` or `#include <...>`.
struct include_line {
  std::string target;
  bool quoted = false;
  std::size_t line = 0;  // 1-based
};

/// Reads all text files of at most 1 MiB; leaves out builds, repository data and installed modules.
[[nodiscard]] source_tree read_tree(const std::filesystem::path& root);

/// Cuts a text into lines; `path` says whether it is C++.
[[nodiscard]] source_lines to_lines(std::string_view path, std::string_view text);

[[nodiscard]] std::vector<include_line> includes_of(const source_lines& lines);

[[nodiscard]] bool is_cpp(std::string_view path);

}  // namespace troupe::house
