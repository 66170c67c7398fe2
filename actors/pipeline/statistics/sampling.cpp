#include "actors/pipeline/statistics/sampling.hpp"

#include <algorithm>
#include <cstddef>
#include <random>

namespace troupe {

namespace {

constexpr std::uint32_t run_length = 16;  // neighbours that are kept together

std::vector<std::uint32_t> spread_runs(std::uint32_t messages, std::uint32_t wanted,
                                       std::uint64_t seed) {
  const std::uint32_t runs = std::max(1U, wanted / run_length);
  const double stride = static_cast<double>(messages) / runs;
  std::mt19937_64 random(seed);
  std::vector<std::uint32_t> chosen;
  for (std::uint32_t run = 0; run < runs; ++run) {
    const double slack = std::max(0.0, stride - run_length);
    const double shift = slack * static_cast<double>(random() >> 11U) * 0x1p-53;
    const auto begin = static_cast<std::uint32_t>(stride * run + shift);
    const auto first = chosen.empty() ? begin : std::max(begin, chosen.back() + 1);
    const auto end = std::min(begin + std::min(run_length, wanted), messages);
    for (auto index = first; index < end; ++index) chosen.push_back(index);
  }
  return chosen;
}

}  // namespace

std::vector<std::uint32_t> sample_messages(const traffic_group& group,
                                           std::uint32_t at_most_messages,
                                           std::uint64_t at_most_bytes, std::uint64_t seed) {
  const auto messages = static_cast<std::uint32_t>(group.messages.size());
  std::uint64_t bytes = 0;
  for (const auto& one : group.messages) bytes += one.size;
  double share = 1.0;
  if (messages > at_most_messages) share = static_cast<double>(at_most_messages) / messages;
  if (bytes > at_most_bytes) {
    share = std::min(share, static_cast<double>(at_most_bytes) / static_cast<double>(bytes));
  }
  const auto wanted = std::max(1U, static_cast<std::uint32_t>(share * messages));
  if (messages == 0 || wanted < messages) {
    return messages == 0 ? std::vector<std::uint32_t>{} : spread_runs(messages, wanted, seed);
  }
  std::vector<std::uint32_t> all(messages);
  for (std::uint32_t index = 0; index < messages; ++index) all[index] = index;
  return all;
}

}  // namespace troupe
