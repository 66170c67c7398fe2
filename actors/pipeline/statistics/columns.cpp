#include "actors/pipeline/statistics/columns.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <unordered_map>

namespace troupe {

namespace {

constexpr std::uint32_t most_enumerated_values = 16;
constexpr std::uint8_t largest_step = 16;
constexpr std::uint32_t fewest_steps = 4;

struct column_counts {
  std::array<std::uint32_t, 256> seen{};
  std::uint32_t present = 0;
  std::uint32_t steps = 0;     // pairs of neighbours in one flow and direction
  std::uint32_t steps_up = 0;  // of these, 1 to `largest_step`
};

void count_steps(std::vector<column_counts>& columns, std::span<const std::uint8_t> before,
                 std::span<const std::uint8_t> now) {
  const auto shared = std::min({before.size(), now.size(), columns.size()});
  for (std::size_t offset = 0; offset < shared; ++offset) {
    const auto step = static_cast<std::uint8_t>(now[offset] - before[offset]);
    ++columns[offset].steps;
    if (step >= 1 && step <= largest_step) ++columns[offset].steps_up;
  }
}

column_statistics describe(const column_counts& counts, std::uint32_t offset) {
  column_statistics out;
  out.offset = offset;
  out.present = counts.present;
  std::uint32_t most = 0;
  for (std::size_t value = 0; value < counts.seen.size(); ++value) {
    const auto seen = counts.seen[value];
    if (seen == 0) continue;
    ++out.distinct;
    const double share = static_cast<double>(seen) / counts.present;
    out.entropy -= share * std::log2(share);
    if (seen > most) {
      most = seen;
      out.most_common = static_cast<std::uint8_t>(value);
    }
  }
  out.most_common_share = static_cast<double>(most) / counts.present;
  out.constant = out.distinct == 1 && counts.present >= 2;
  out.enumerated = out.distinct >= 2 && out.distinct <= most_enumerated_values &&
                   out.distinct * out.distinct <= counts.present;
  out.counts_up = counts.steps >= fewest_steps && counts.steps_up * 5 >= counts.steps * 4;
  return out;
}

}  // namespace

std::vector<column_statistics> describe_columns(const traffic_group& group,
                                                std::span<const std::uint32_t> chosen,
                                                const std::stop_token& stop) {
  std::vector<column_counts> columns(described_columns);
  std::unordered_map<std::uint64_t, std::uint32_t> previous;  // by flow and direction
  for (std::size_t position = 0; position < chosen.size(); ++position) {
    if (position % 64 == 63 && stop.stop_requested()) break;
    const auto& one = group.messages[chosen[position]];
    const auto bytes = group.payload(one);
    const auto shared = std::min(bytes.size(), columns.size());
    for (std::size_t offset = 0; offset < shared; ++offset) {
      ++columns[offset].seen[bytes[offset]];
      ++columns[offset].present;
    }
    const auto stream = std::uint64_t{one.flow} * 2 + static_cast<std::uint64_t>(one.dir);
    if (const auto [last, fresh] = previous.try_emplace(stream, chosen[position]); !fresh) {
      count_steps(columns, group.payload(group.messages[last->second]), bytes);
      last->second = chosen[position];
    }
  }
  std::vector<column_statistics> out;
  for (std::uint32_t offset = 0; offset < columns.size() && columns[offset].present > 0; ++offset) {
    out.push_back(describe(columns[offset], offset));
  }
  return out;
}

}  // namespace troupe
