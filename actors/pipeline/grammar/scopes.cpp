#include "actors/pipeline/grammar/scopes.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_set>

namespace troupe::grammar {

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

}  // namespace troupe::grammar
