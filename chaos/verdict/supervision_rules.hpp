#pragma once

#include <functional>
#include <string>

#include "chaos/verdict/history.hpp"
#include "runtime/config/options.hpp"

namespace troupe::chaos {

/// Replays the lifecycle of a run against the rules of supervision (SEMANTICS, 1), without the
/// supervisors' own code. `broken` is told the invariant and what happened.
void check_supervision(
    const history& told, const options& settings,
    const std::function<void(const std::string& invariant, const std::string& what)>& broken);

}  // namespace troupe::chaos
