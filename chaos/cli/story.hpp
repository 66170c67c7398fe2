#pragma once

#include <string>

#include "chaos/scenario/run.hpp"

namespace troupe::chaos {

/// What happened to one traced request, as a sequence in text: its steps, and beside them what
/// broke in the meantime.
[[nodiscard]] std::string story_of(std::uint64_t request, const history& told);

}  // namespace troupe::chaos
