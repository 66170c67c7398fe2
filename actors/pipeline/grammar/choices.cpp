#include "actors/pipeline/grammar/choices.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "actors/pipeline/grammar/count_logs.hpp"

namespace troupe::grammar {

namespace {

constexpr std::size_t most_cases = 24;
constexpr std::size_t fewest_of_a_case = 2;  // on average
constexpr std::uint32_t widest = 4;

struct size_table {
  std::map<std::string, std::map<std::uint32_t, std::size_t>> sizes;  // by value
  double nats = 0;  // of the sizes, given the value
  double cells = 0;
};

size_table tabulate(std::span<const scope> within, const placed_field& at) {
  size_table out;
  for (const auto& one : within) {
    const auto value = one.bytes.subspan(at.offset, at.width);
    out.sizes[std::string(value.begin(), value.end())][one.size()] += 1;
    if (out.sizes.size() > most_cases) break;
  }
  for (const auto& [value, sizes] : out.sizes) {
    std::size_t sum = 0;
    for (const auto& [size, count] : sizes) {
      sum += count;
      out.nats -= n_log_n(count);
      out.cells += 1;
    }
    out.nats += n_log_n(sum);
  }
  return out;
}

}  // namespace

std::optional<placed_field> find_choice(std::span<const scope> within,
                                        std::span<const placed_field> fields) {
  if (within.size() < 4) return std::nullopt;
  const auto unknown = tabulate(within, {0, 0, 0});
  const double cell = 0.5 * std::log(static_cast<double>(within.size()));
  double best = 0;
  std::optional<placed_field> found;
  for (const auto& candidate : fields) {
    if (candidate.width == 0 || candidate.width > widest) continue;
    const auto known = tabulate(within, candidate);
    if (known.sizes.size() < 2 || known.sizes.size() > most_cases) continue;
    if (known.sizes.size() * fewest_of_a_case > within.size()) continue;
    const double gain = unknown.nats - known.nats - cell * static_cast<double>(known.sizes.size());
    if (gain > best) {
      best = gain;
      found = candidate;
    }
  }
  return found;
}

}  // namespace troupe::grammar
