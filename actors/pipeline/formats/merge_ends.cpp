#include "actors/pipeline/formats/merge_ends.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <vector>

namespace troupe {

namespace {

/// A list is empty where it would have been too long; so is then the sum.
template <class Known, class Key>
std::vector<Known> sum(const std::vector<Known>& a, const std::vector<Known>& b, Key Known::*key) {
  if (a.empty() || b.empty()) return {};
  std::map<Key, std::uint64_t> counts;
  for (const auto* list : {&a, &b})
    for (const auto& one : *list) counts[one.*key] += one.seen;
  if (counts.size() > message_ends::most_listed) return {};
  std::vector<Known> out;
  for (const auto& [value, seen] : counts) out.push_back({value, seen});
  return out;
}

/// Sizes that are all the same have no step.
std::uint32_t step_of(const message_ends& of) {
  return of.shortest.bytes == of.longest.bytes ? 0 : of.step;
}

}  // namespace

message_ends merged(const message_ends& a, const message_ends& b) {
  if (a.seen == 0) return b;
  if (b.seen == 0) return a;
  message_ends out;
  out.seen = a.seen + b.seen;
  out.only_text = a.only_text + b.only_text;
  out.last_byte = sum(a.last_byte, b.last_byte, &known_value::bytes);
  out.last_two = sum(a.last_two, b.last_two, &known_value::bytes);
  out.sizes = sum(a.sizes, b.sizes, &known_size::bytes);
  out.shortest = a.shortest.bytes <= b.shortest.bytes ? a.shortest : b.shortest;
  if (a.shortest.bytes == b.shortest.bytes) out.shortest.seen += b.shortest.seen;
  out.longest = a.longest.bytes >= b.longest.bytes ? a.longest : b.longest;
  if (a.longest.bytes == b.longest.bytes) out.longest.seen += b.longest.seen;
  const auto apart = std::max(a.shortest.bytes, b.shortest.bytes) - out.shortest.bytes;
  out.step = std::max(std::gcd(std::gcd(step_of(a), step_of(b)), apart), 1U);
  out.remainder = out.shortest.bytes % out.step;
  return out;
}

}  // namespace troupe
