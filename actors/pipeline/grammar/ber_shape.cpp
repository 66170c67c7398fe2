#include "actors/pipeline/grammar/ber_shape.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "actors/pipeline/grammar/value_coverage.hpp"
#include "actors/pipeline/parser/ber.hpp"

namespace troupe::grammar {

namespace {

constexpr std::uint32_t last_begin = 16;
constexpr std::uint32_t deepest = 16;

/// Calls `each(tag)` for every element, parents first; false where the bytes are no tree.
template <class Each>
bool walk_elements(bytes_view bytes, std::size_t at, std::size_t end, std::uint32_t depth,
                   const Each& each) {
  if (depth > deepest) return false;
  while (at < end) {
    const auto head = read_ber_head(bytes, at, end);
    // Tag 0 is reserved (X.690 section 8.1.5): it would let zero bytes pass as elements.
    if (!head.problem.empty() || bytes[at] == 0) return false;
    if (head.value_size > end - head.value_begin) return false;
    each(bytes[at]);
    const auto value_end = head.value_begin + static_cast<std::size_t>(head.value_size);
    if (head.constructed && !walk_elements(bytes, head.value_begin, value_end, depth + 1, each)) {
      return false;
    }
    at = value_end;
  }
  return true;
}

}  // namespace

std::uint32_t count_ber_elements(bytes_view bytes) {
  std::uint32_t elements = 0;
  const auto count = [&](std::uint8_t) { ++elements; };
  return walk_elements(bytes, 0, bytes.size(), 0, count) ? elements : 0;
}

ber_tree describe_tree(std::span<const scope> within, const samples& from, std::uint32_t begin) {
  constexpr std::size_t most_looked_at = 512;
  value_coverage seen;
  for (const auto& one : spread_runs(within, most_looked_at)) {
    const auto bytes = one.bytes.subspan(begin);
    std::set<std::uint8_t> tags;
    const auto note = [&](std::uint8_t tag) { tags.insert(tag); };
    if (!walk_elements(bytes, 0, bytes.size(), 0, note)) continue;
    for (const auto tag : tags) {
      seen.add(std::string(1, static_cast<char>(tag)), from[one.of].flow, one.of);
    }
  }
  ber_tree out;
  out.tags = seen.most_frequent();
  out.unlisted = seen.chance_of_new();
  out.evidence.emplace_back("parses as BER to the end of the message");
  return out;
}

bool is_ber_tag(bytes_view bytes, std::size_t offset) {
  std::size_t at = 0;
  while (at < offset) {
    const auto head = read_ber_head(bytes, at, bytes.size());
    if (!head.problem.empty()) return false;
    at = head.constructed ? head.value_begin
                          : head.value_begin + static_cast<std::size_t>(head.value_size);
  }
  return at == offset && at < bytes.size();
}

std::optional<ber_shape> find_ber(std::span<const scope> within) {
  const auto looked_at = spread(within, 128);
  const auto end = std::min(shortest(within), last_begin);  // of all: callers skip it in each
  for (std::uint32_t begin = 0; begin < end; ++begin) {
    std::size_t fits = 0;
    std::size_t failed = 0;
    for (const auto& one : looked_at) {
      constexpr std::uint8_t constructed = 0x20;
      const bool tree = (one.bytes[begin] & constructed) != 0 &&
                        count_ber_elements(one.bytes.subspan(begin)) >= 3;
      tree ? ++fits : ++failed;
      if (failed * 20 > looked_at.size()) break;
    }
    if (failed * 20 <= looked_at.size() && fits > 0) {
      return ber_shape{begin, static_cast<double>(fits) / static_cast<double>(looked_at.size())};
    }
  }
  return std::nullopt;
}

}  // namespace troupe::grammar
