#include "actors/pipeline/grammar/keyword_vetoes.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "actors/pipeline/grammar/ber_shape.hpp"

namespace troupe::grammar {

namespace {
constexpr std::uint8_t largest_step = 16;
}  // namespace

double explained_by_flow(const samples& from, const labels& attribute) {
  std::unordered_map<std::uint32_t, std::unordered_map<std::uint16_t, double>> flows;
  std::unordered_map<std::uint16_t, double> all;
  for (std::size_t i = 0; i < from.size(); ++i) {
    flows[from[i].flow][attribute.of[i]] += 1;
    all[attribute.of[i]] += 1;
  }
  double pairs = 0;
  double same = 0;
  double weight = 0;
  for (const auto& [flow, seen] : flows) {
    double count = 0;
    double equal = 0;
    for (const auto& [value, times] : seen) {
      count += times;
      equal += times * (times - 1);
    }
    if (count < 2) continue;
    weight += 1;
    pairs += count;
    same += equal / (count - 1);
  }
  if (weight < 2) return 0;
  double chance = 0;
  for (const auto& [value, times] : all) {
    const double share = times / static_cast<double>(from.size());
    chance += share * share;
  }
  return std::clamp((same / pairs - chance) / (1.0 - chance), 0.0, 1.0);
}

bool is_clock(const samples& from, const labels& attribute, std::uint32_t offset) {
  constexpr std::uint32_t fewest_values = 8;
  std::unordered_map<std::uint64_t, std::uint8_t> last;
  std::size_t steps = 0;
  std::size_t same = 0;
  std::size_t ups = 0;
  for (const auto& one : from) {
    if (offset >= one.bytes.size()) continue;
    const auto now = one.bytes[offset];
    const auto stream = std::uint64_t{one.flow} * 2 + static_cast<std::uint64_t>(one.dir);
    const auto [at, fresh] = last.try_emplace(stream, now);
    if (!fresh) {
      ++steps;
      if (now == at->second)
        ++same;
      else if (static_cast<std::uint8_t>(now - at->second) <= largest_step)
        ++ups;
    }
    at->second = now;
  }
  const bool counter = ups >= 8 && ups * 5 >= (steps - same) * 4;
  const bool stays = same >= 8 && same * 20 >= steps * 19;
  return attribute.values >= fewest_values && (counter || stays);
}

bool is_slow(const samples& from, std::uint32_t offset) {
  std::unordered_map<std::uint32_t, std::uint8_t> last;
  std::size_t steps = 0;
  std::size_t changes = 0;
  for (const auto& one : from) {
    if (offset >= one.bytes.size()) continue;
    const auto now = one.bytes[offset];
    const auto [at, fresh] = last.try_emplace(one.flow, now);
    const auto change = static_cast<std::uint8_t>(now - at->second);
    if (change > 1) return false;
    if (!fresh) ++steps;
    changes += change;
    at->second = now;
  }
  return changes > 0 && changes * 20 < steps;
}

bool measures_size(const samples& from, std::uint32_t offset) {
  constexpr std::size_t fewest_sizes = 4;
  struct group {
    std::size_t messages = 0;
    std::set<std::size_t> sizes = {};
  };
  std::map<std::pair<direction, std::int64_t>, group> by_difference;
  std::map<direction, std::size_t> all;
  for (const auto& one : from) {
    ++all[one.dir];
    if (offset >= one.bytes.size()) continue;
    const auto size = one.bytes.size();
    auto& same = by_difference[{one.dir, static_cast<std::int64_t>(size) - one.bytes[offset]}];
    ++same.messages;
    same.sizes.insert(size);
  }
  return std::ranges::any_of(by_difference, [&](const auto& one) {
    const auto& [messages, sizes] = one.second;
    return sizes.size() >= fewest_sizes && messages * 10 >= all[one.first.first] * 3;
  });
}

bool is_tag(std::span<const scope> all, std::uint32_t tree, std::uint32_t offset) {
  const auto looked_at = spread(all, 64);
  const auto tags = std::count_if(looked_at.begin(), looked_at.end(), [&](const scope& one) {
    return is_ber_tag(one.bytes.subspan(std::min<std::size_t>(tree, one.size())), offset - tree);
  });
  return static_cast<std::size_t>(tags) * 2 > looked_at.size();
}

}  // namespace troupe::grammar
