#pragma once

#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "bench/load/load_run.hpp"

namespace troupe::bench {

[[nodiscard]] nlohmann::json to_json(const load_plan& plan, const load_result& got);
void print_load(const load_plan& plan, const load_result& got, std::ostream& out);

/// Beside an earlier run's JSON: each figure's ratio. A key that the earlier run lacks is left out.
void compare_load(const nlohmann::json& earlier, const nlohmann::json& now, std::ostream& out);

/// A page with plots that needs no network.
[[nodiscard]] std::string load_page(const load_plan& plan, const load_result& got);

}  // namespace troupe::bench
