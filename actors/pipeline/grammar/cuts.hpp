#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "actors/pipeline/grammar/columns.hpp"
#include "messages/format.hpp"

namespace troupe::grammar {

/// What speaks for or against a field that begins between two columns; weighted, these add up to
/// log-odds.
inline constexpr std::size_t gap_evidences = 22;
using gap_evidence = std::array<double, gap_evidences>;

/// Weights of the evidence, in log-odds; their meanings and source stand beside them in cuts.cpp.
extern const gap_evidence default_weights;

/// The gaps of one part of a body: `evidence[i]` of the gap before column i, from 1 on.
struct judged_gaps {
  std::span<const scope> within;
  std::span<const gap_evidence> evidence;
};

/// How columns are cut; and who hears what they were cut by, to learn weights from it.
struct cut_rules {
  gap_evidence weights = default_weights;
  std::function<void(const judged_gaps&)> heard = {};
};

/// The evidence for each offset in [0, columns); none for offset 0, where a field begins anyway.
[[nodiscard]] std::vector<gap_evidence> judge_gaps(const column_table& table,
                                                   std::uint32_t first_offset, byte_order order);

/// For each offset in [0, columns) the log-odds that a field begins there, from the columns around
/// it alone. Offset 0 is certain.
[[nodiscard]] std::vector<double> boundary_log_odds(const column_table& table,
                                                    std::span<const gap_evidence> evidence,
                                                    byte_order order, const gap_evidence& weights);

/// The field starts that these odds speak for, 0 included, in ascending order.
[[nodiscard]] std::vector<std::uint32_t> choose_cuts(std::span<const double> odds);

}  // namespace troupe::grammar
