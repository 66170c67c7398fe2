#include "actors/pipeline/classifier/vocabulary.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace troupe {
namespace {

constexpr std::uint32_t prefix_bits = 16;
constexpr std::uint32_t prefix_shift = 32 - prefix_bits;

using sighting = std::pair<feature_key, std::uint32_t>;  // and the flow that shows it

std::vector<sighting> sightings_of(std::span<const kept_features> flows, std::size_t group) {
  std::vector<sighting> seen;
  for (std::uint32_t flow = 0; flow < flows.size(); ++flow) {
    for (const feature_key key : flows[flow][group]) seen.emplace_back(key, flow);
  }
  std::ranges::sort(seen);
  return seen;
}

void learn_group(std::span<const kept_features> flows, std::size_t group,
                 std::vector<learnt_pattern>& patterns, std::vector<vocabulary::entry>& entries) {
  const std::vector<sighting> seen = sightings_of(flows, group);
  std::map<std::vector<std::uint32_t>, pattern_id> known;
  for (std::size_t begin = 0; begin < seen.size();) {
    std::vector<std::uint32_t> where;
    std::size_t end = begin;
    while (end < seen.size() && seen[end].first == seen[begin].first)
      where.push_back(seen[end++].second);
    const auto [found, is_new] =
        known.try_emplace(std::move(where), static_cast<pattern_id>(patterns.size()));
    if (is_new) patterns.push_back({static_cast<feature_group>(group), 0, found->first});
    ++patterns[found->second].features;
    entries.push_back({seen[begin].first, found->second});
    begin = end;
  }
}

}  // namespace

vocabulary::vocabulary(std::vector<entry> entries)
    : entries_(std::move(entries)), first_((1U << prefix_bits) + 1, 0) {
  for (const entry& each : entries_) ++first_[(each.key >> prefix_shift) + 1];
  for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
}

pattern_id vocabulary::find(feature_key key) const noexcept {
  if (entries_.empty()) return no_pattern;
  const std::uint32_t prefix = key >> prefix_shift;
  // About two entries share a prefix.
  for (std::uint32_t i = first_[prefix]; i < first_[prefix + 1]; ++i) {
    if (entries_[i].key == key) return entries_[i].pattern;
  }
  return no_pattern;
}

learnt_vocabulary learn_vocabulary(std::span<const kept_features> flows) {
  learnt_vocabulary learnt;
  std::vector<vocabulary::entry> entries;
  for (std::size_t group = 0; group < feature_group_count; ++group) {
    learn_group(flows, group, learnt.patterns, entries);
  }
  std::ranges::sort(entries, {}, &vocabulary::entry::key);
  // Two features of different groups may hash alike (about one pair in the shipped model): the
  // first one keeps the key.
  const auto same_key = [](const auto& x, const auto& y) { return x.key == y.key; };
  entries.erase(std::unique(entries.begin(), entries.end(), same_key), entries.end());
  learnt.words = vocabulary(std::move(entries));
  return learnt;
}

}  // namespace troupe
