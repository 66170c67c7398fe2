#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/house/source_tree.hpp"

namespace troupe::house {

/// Where a rule of the house is broken, and what to do about it.
struct violation {
  std::string where;  // "actors/cache/result_cache.cpp:12", or a folder
  std::string what;
};

using violations = std::vector<violation>;

/// A file that a rule leaves out, and why.
struct exempt {
  std::string_view path;
  std::string_view reason;
};

/// messages <- actors <- runtime <- chaos; bench and tests may include every room.
[[nodiscard]] violations arrows(const source_tree& tree);

/// Rooms inside actors/ do not include each other; actors/shell and the cores of actors/resilience
/// are for all, pipeline/ is one room.
[[nodiscard]] violations walls(const source_tree& tree);

/// Only shells see CAF: no core reaches it, directly or through what it includes.
[[nodiscard]] violations pure_cores(const source_tree& tree);

/// Words that are wrong where they stand: clocks, sleeps, threads, prints, unfinished work.
[[nodiscard]] violations banned_words(const source_tree& tree);

/// Every core (x.hpp with x.cpp under actors/) is included by a test of its room or by one of
/// tests/integration. What a tested core of the same room includes is a part of it, and tested
/// through it.
[[nodiscard]] violations tested_cores(const source_tree& tree, std::span<const exempt> exempts);

/// Every top-level folder says in a README.md what lives there.
[[nodiscard]] violations folder_readmes(const source_tree& tree);

/// No C++ or CMake file over 400 lines.
[[nodiscard]] violations file_sizes(const source_tree& tree, std::span<const exempt> exempts);

/// Nothing in the tree holds on one machine only: absolute paths, package mirrors.
[[nodiscard]] violations machine_traces(const source_tree& tree);

/// Headers begin with #pragma once.
[[nodiscard]] violations header_guards(const source_tree& tree);

}  // namespace troupe::house
