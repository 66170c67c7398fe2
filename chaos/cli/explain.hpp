#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace troupe::chaos {

/// The scenarios of a folder, each with what it is about.
void list_scenarios(const std::vector<std::filesystem::path>& files, std::ostream& out);

/// A fault family with its parameters, a scenario, `faults`, or `sometimes`. False: there is
/// nothing of this name.
[[nodiscard]] bool explain(const std::string& what,
                           const std::vector<std::filesystem::path>& scenarios, std::ostream& out);

}  // namespace troupe::chaos
