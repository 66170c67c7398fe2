#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "actors/pipeline/grammar/columns.hpp"
#include "messages/format.hpp"

namespace troupe::grammar {

/// For each offset in [0, columns) the log-odds that a field begins there, from the columns around
/// it alone. Offset 0 is certain.
[[nodiscard]] std::vector<double> boundary_log_odds(const column_table& table,
                                                    std::uint32_t first_offset, byte_order order);

/// The field starts that these odds speak for, 0 included, in ascending order.
[[nodiscard]] std::vector<std::uint32_t> choose_cuts(std::span<const double> odds);

}  // namespace troupe::grammar
