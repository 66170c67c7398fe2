#include "actors/pipeline/grammar/record_lists.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <vector>

namespace troupe::grammar {

namespace {

constexpr double least_evidence = 4.0;  // nats: fewer than 2 in 100 are chance
// Aligned strings and numbers are multiples of 2 and 4 bytes apart too: the places of a record must
// save a quarter of the description.
constexpr double differing = 0.75;
constexpr std::uint32_t largest_record = 256;
constexpr std::uint32_t last_begin = 128;
constexpr std::size_t most_scopes = 128;
constexpr std::size_t classes = 6;
using mix = std::array<double, classes>;

std::size_t class_of(std::uint8_t byte) {
  if (byte == 0) return 0;
  if (byte < 0x08) return 1;
  if (byte < 0x20) return 2;
  if (byte < 0x7f) return 3;
  return byte < 0xff ? 4 : 5;
}

/// Nats to describe these classes, their shares included (half a logarithm each).
double cost_of(const mix& counts) {
  double sum = 0;
  double nats = 0;
  for (const auto count : counts) {
    sum += count;
    if (count > 0) nats -= count * std::log(count);
  }
  if (sum == 0) return 0;
  return nats + sum * std::log(sum) + 0.5 * static_cast<double>(classes - 1) * std::log(sum + 1);
}

/// The classes of the bytes from `begin` on: all together, and each place of a record alone.
struct record_mixes {
  mix all{};
  std::vector<mix> places;
};

record_mixes mixes_of(std::span<const scope> within, std::uint32_t begin, std::uint32_t size) {
  record_mixes out{{}, std::vector<mix>(size, mix{})};
  for (const auto& one : within) {
    for (auto at = begin; at < one.size(); ++at) {
      const auto which = class_of(one.bytes[at]);
      out.all[which] += 1;
      out.places[(at - begin) % size][which] += 1;
    }
  }
  return out;
}

double cost_of(const record_mixes& records) {
  double nats = 0;
  for (const auto& place : records.places) nats += cost_of(place);
  return nats;
}

/// Of the columns before the records.
std::vector<double> column_costs(std::span<const scope> within, std::uint32_t end) {
  std::vector<mix> counts(end, mix{});
  for (const auto& one : within) {
    for (std::uint32_t at = 0; at < end; ++at) counts[at][class_of(one.bytes[at])] += 1;
  }
  std::vector<double> out;
  for (const auto& column : counts) out.push_back(cost_of(column));
  return out;
}

}  // namespace

std::optional<record_list> find_records(std::span<const scope> within) {
  std::set<std::uint32_t> sizes;
  for (const auto& one : within) sizes.insert(one.size());
  if (sizes.size() < 3) return std::nullopt;
  std::uint32_t step = 0;
  for (const auto size : sizes) step = std::gcd(step, size - *sizes.begin());
  if (step < 2 || step > largest_record) return std::nullopt;
  const auto evidence = static_cast<double>(sizes.size() - 1) * std::log(step);
  if (evidence < least_evidence) return std::nullopt;
  const auto looked_at = spread(within, most_scopes);
  const auto end = std::min(*sizes.begin(), last_begin);
  const auto columns = column_costs(looked_at, end);
  std::optional<record_list> found;
  double least = std::numeric_limits<double>::max();
  for (auto begin = *sizes.begin() % step; begin <= end; begin += step) {
    const auto records = mixes_of(looked_at, begin, step);
    const double alone = cost_of(records);
    if (alone > differing * cost_of(records.all)) continue;
    const double cost = alone + std::accumulate(columns.begin(), columns.begin() + begin, 0.0);
    if (cost >= least) continue;
    least = cost;
    found = record_list{begin, step, static_cast<std::uint32_t>(sizes.size())};
  }
  return found;
}

}  // namespace troupe::grammar
