#include "actors/pipeline/grammar/cuts.hpp"

#include <algorithm>
#include <cmath>

namespace troupe::grammar {

std::vector<double> boundary_log_odds(const column_table& table, std::uint32_t first_offset,
                                      byte_order order) {
  std::vector<double> out(table.columns.size(), 9.0);
  for (std::uint32_t at = 1; at < table.columns.size(); ++at) {
    const auto& left = table.columns[at - 1];
    const auto& right = table.columns[at];
    const auto& both = table.pairs[at];
    double odds = -0.5;
    odds += 2.5 * both.other_zero - 1.0 * both.zero_zero - 0.5 * both.zero_other;
    odds -= 3.0 * both.text;
    odds += std::clamp(left.variety - right.variety, -0.5, 0.5) * 2.0;
    if (left.variety > 0.7 && right.variety > 0.7) odds -= 1.5;
    odds += (first_offset + at) % 2 == 0 ? 0.4 : -0.4;
    if ((first_offset + at) % 4 == 0) odds += 0.3;
    out[at] = odds;
  }
  (void)order;
  return out;
}

std::vector<std::uint32_t> choose_cuts(const column_table& table, std::uint32_t first_offset,
                                       byte_order order) {
  const auto odds = boundary_log_odds(table, first_offset, order);
  std::vector<std::uint32_t> out;
  for (std::uint32_t at = 0; at < odds.size(); ++at) {
    if (odds[at] > 0) out.push_back(at);
  }
  return out;
}

}  // namespace troupe::grammar
