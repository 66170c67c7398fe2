#include "actors/pipeline/grammar/scopes.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace troupe::grammar {

void find_asked(samples& all) {
  std::unordered_map<std::uint32_t, std::array<std::uint32_t, 2>> last;  // of a flow, by direction
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    const auto [at, fresh] = last.try_emplace(all[i].flow);
    if (fresh) at->second.fill(sample::nobody);
    const bool answers = all[i].dir == direction::server_to_client;
    all[i].asked = at->second[answers ? 0 : 1];
    at->second[answers ? 1 : 0] = i;
  }
}

std::uint32_t shortest(std::span<const scope> within) {
  std::uint32_t size = within.empty() ? 0 : within.front().size();
  for (const auto& one : within) size = std::min(size, one.size());
  return size;
}

std::uint32_t longest(std::span<const scope> within) {
  std::uint32_t size = 0;
  for (const auto& one : within) size = std::max(size, one.size());
  return size;
}

std::uint32_t distinct_sizes(std::span<const scope> within) {
  std::set<std::uint32_t> sizes;
  for (const auto& one : within) sizes.insert(one.size());
  return static_cast<std::uint32_t>(sizes.size());
}

std::uint32_t distinct_contents(std::span<const scope> within, std::uint32_t enough) {
  std::unordered_set<std::string> contents;
  for (const auto& one : within) {
    contents.emplace(one.bytes.begin(), one.bytes.end());
    if (contents.size() >= enough) break;
  }
  return static_cast<std::uint32_t>(contents.size());
}

scopes spread(std::span<const scope> within, std::size_t most) {
  if (within.size() <= most) return {within.begin(), within.end()};
  scopes out;
  out.reserve(most);
  for (std::size_t i = 0; i < most; ++i) out.push_back(within[i * within.size() / most]);
  return out;
}

scopes spread_runs(std::span<const scope> within, std::size_t most) {
  if (within.size() <= most) return {within.begin(), within.end()};
  constexpr std::size_t most_runs = 16;
  constexpr std::size_t fewest_in_run = 8;  // of so many steps at most one leads across a gap
  const auto runs = std::clamp<std::size_t>(most / fewest_in_run, 1, most_runs);
  scopes out;
  out.reserve(most);
  for (std::size_t run = 0; run < runs; ++run) {
    const auto size = most * (run + 1) / runs - most * run / runs;
    const auto begin = runs == 1 ? 0 : run * (within.size() - size) / (runs - 1);
    const auto part = within.subspan(begin, size);
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

}  // namespace troupe::grammar
