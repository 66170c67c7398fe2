#include "actors/pipeline/grammar/length_fields.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "actors/pipeline/parser/numbers.hpp"

namespace troupe::grammar {

namespace {

constexpr std::uint32_t last_offset = 32;  // lengths stand near the start
constexpr std::int64_t largest_bias = 64;  // bytes of header outside the counted part

struct candidate {
  std::uint32_t offset;
  std::uint32_t width;
  byte_order order;
};

std::int64_t value_at(const scope& one, const candidate& at) {
  return static_cast<std::int64_t>(read_number(one.bytes.subspan(at.offset, at.width), at.order));
}

std::optional<length_field> judge(std::span<const scope> within, const candidate& at,
                                  double coverage, std::uint32_t sizes) {
  // Few at a time: a candidate is dropped as soon as too many scopes disagree.
  std::vector<std::pair<std::int64_t, std::uint32_t>> biases;
  const auto total = static_cast<double>(within.size());
  const auto may_miss = total - std::floor(coverage * total);
  std::uint32_t most = 0;
  double looked = 0;
  for (const auto& one : within) {
    ++looked;
    if (one.size() >= at.offset + at.width) {
      const auto bias = std::int64_t{one.size()} - value_at(one, at);
      const auto known = std::ranges::find(biases, bias, [](const auto& b) { return b.first; });
      most = std::max(most, known == biases.end() ? 1U : ++known->second);
      if (known == biases.end()) biases.emplace_back(bias, 1U);
    }
    if (looked - most > may_miss) return std::nullopt;
  }
  if (biases.empty()) return std::nullopt;
  std::ranges::sort(biases);  // of equally frequent ones the smallest
  const auto best =
      std::max_element(biases.begin(), biases.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  const double share = static_cast<double>(best->second) / static_cast<double>(within.size());
  if (share < coverage || best->first < 0 || best->first > largest_bias) return std::nullopt;
  std::set<std::uint32_t> explained;
  for (const auto& one : within) {
    if (one.size() < at.offset + at.width) continue;
    if (std::int64_t{one.size()} - value_at(one, at) == best->first) explained.insert(one.size());
  }
  if (explained.size() < sizes) return std::nullopt;
  return length_field{at.offset,   at.width, at.order,
                      best->first, share,    static_cast<std::uint32_t>(explained.size())};
}

bool better(const length_field& left, const length_field& right) {
  if (left.coverage > right.coverage + 0.02) return true;
  if (left.coverage < right.coverage - 0.02) return false;
  if (left.order != right.order) return left.sizes > right.sizes;
  if (left.order == byte_order::little) {
    return left.offset == right.offset ? left.width > right.width : left.sizes > right.sizes;
  }
  // Upper bytes that are not always zero explain sizes that the lower ones do not.
  const bool same_end = left.offset + left.width == right.offset + right.width;
  if (same_end && left.sizes == right.sizes) return left.width < right.width;
  return left.sizes > right.sizes;
}

/// A byte that is always zero before a length of one byte at an odd offset is its upper half: the
/// messages were short, and words are aligned more often than not.
void take_upper_half(std::span<const scope> within, length_field& found) {
  if (found.width != 1 || found.offset == 0) return;
  if ((within.front().begin + found.offset) % 2 == 0) return;
  const bool zero = std::ranges::all_of(within, [&](const scope& one) {
    return one.size() >= found.offset && one.bytes[found.offset - 1] == 0;
  });
  if (!zero) return;
  --found.offset;
  found.width = 2;
}

std::vector<length_field> judge_all(std::span<const scope> within, double coverage,
                                    std::uint32_t sizes) {
  std::vector<length_field> out;
  const auto end = std::min(longest(within), last_offset);
  for (std::uint32_t offset = 0; offset < end; ++offset) {
    for (const auto width : {1U, 2U, 3U, 4U}) {
      for (const auto order : {byte_order::big, byte_order::little}) {
        // One byte has no order; three bytes are only known little-endian.
        if ((width == 1 && order == byte_order::little) ||
            (width == 3 && order == byte_order::big)) {
          continue;
        }
        const auto judged = judge(within, {offset, width, order}, coverage, sizes);
        if (judged) out.push_back(*judged);
      }
    }
  }
  return out;
}

}  // namespace

std::vector<length_field> find_length_fields(std::span<const scope> within, double coverage,
                                             std::uint32_t sizes) {
  constexpr std::uint32_t fewest_sizes_of_more = 4;
  std::vector<length_field> out;
  if (distinct_sizes(within) < sizes) return out;
  const auto looked_at = spread(within, 256);
  auto judged = judge_all(looked_at, coverage, sizes);
  while (!judged.empty()) {
    const auto best = std::ranges::max_element(
        judged, [](const auto& left, const auto& right) { return better(right, left); });
    auto found = *best;
    take_upper_half(looked_at, found);
    std::erase_if(judged, [&](const length_field& one) {
      return overlap(one, found) || one.sizes < fewest_sizes_of_more;
    });
    out.push_back(found);
  }
  return out;
}

std::optional<length_field> find_length_field(std::span<const scope> within, double coverage,
                                              std::uint32_t sizes) {
  const auto found = find_length_fields(within, coverage, sizes);
  return found.empty() ? std::nullopt : std::optional(found.front());
}

bool overlap(const length_field& left, const length_field& right) {
  return left.offset < right.offset + right.width && right.offset < left.offset + left.width;
}

double share_measured(const length_field& by, std::span<const scope> within) {
  const auto right = std::ranges::count_if(within, [&](const scope& one) {
    return one.size() >= by.offset + by.width &&
           std::int64_t{one.size()} - value_at(one, {by.offset, by.width, by.order}) == by.bias;
  });
  return within.empty() ? 0 : static_cast<double>(right) / static_cast<double>(within.size());
}

}  // namespace troupe::grammar
