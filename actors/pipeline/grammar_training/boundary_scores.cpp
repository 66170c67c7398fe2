#include "actors/pipeline/grammar_training/boundary_scores.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <vector>

#include "actors/pipeline/parser/parser.hpp"

namespace troupe {

namespace {

using offsets = std::vector<std::uint32_t>;  // ascending

struct tally {
  double right = 0;
  double wrong = 0;
  double missed = 0;
  double places = 0;  // that have no true boundary
  double fms = 0;
  double judged = 0;  // messages with a true boundary
  double perfect = 0;
  double fields = 0;
};

double squared(double value) { return value * value; }

/// exp(-((|R| - |I|) / |R|)^2) / |R| * sum over r of exp(-(d_r / 2)^2), where d_r is the distance
/// to the nearest inferred boundary in r's scope: half the way to its true neighbours.
double match_score(const offsets& truth, const offsets& found, std::uint32_t size) {
  const auto real = static_cast<double>(truth.size());
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto at = truth[i];
    const auto left = i > 0 ? truth[i - 1] : 0;
    const auto right = i + 1 < truth.size() ? truth[i + 1] : size;
    const auto from = at - left > 1 ? left + (at - left) / 2 : at;
    const auto to = right - at > 1 ? at - 1 + (right - at) / 2 : at;
    std::optional<std::uint32_t> nearest;
    for (auto one = std::ranges::lower_bound(found, from); one != found.end() && *one <= to;
         ++one) {
      const auto distance = *one < at ? at - *one : *one - at;
      nearest = std::min(nearest.value_or(distance), distance);
    }
    if (nearest) sum += std::exp(-squared(*nearest / 2.0));
  }
  return std::exp(-squared((real - static_cast<double>(found.size())) / real)) * sum / real;
}

void judge(tally& into, std::span<const labelled_field> fields, const offsets& found,
           std::uint32_t size) {
  offsets truth;
  for (const auto& one : fields) {
    if (one.offset > 0) truth.push_back(one.offset);
    if (one.type == "gap") continue;
    const auto end = one.offset + one.size;
    const auto is_edge = [&](std::uint32_t at) {
      return at == 0 || at == size || std::ranges::binary_search(found, at);
    };
    const auto inside = std::ranges::upper_bound(found, one.offset);
    const bool cut = inside != found.end() && *inside < end;
    into.fields += 1;
    into.perfect += is_edge(one.offset) && is_edge(end) && !cut ? 1 : 0;
  }
  double right = 0;
  for (const auto at : found) right += std::ranges::binary_search(truth, at) ? 1 : 0;
  into.right += right;
  into.wrong += static_cast<double>(found.size()) - right;
  into.missed += static_cast<double>(truth.size()) - right;
  into.places += static_cast<double>(size - 1 - truth.size());
  if (truth.empty()) return;
  into.fms += match_score(truth, found, size);
  into.judged += 1;
}

double ratio(double part, double of) { return of > 0 ? part / of : 0; }

}  // namespace

boundary_scores score_boundaries(const format& found, const labelled_protocol& truth) {
  const parser executable(found);
  tally all;
  for (std::size_t i = 0; i < truth.traffic.messages.size(); ++i) {
    const auto& one = truth.traffic.messages[i];
    offsets boundaries;
    for (const auto& leaf : executable.parse(truth.traffic.payload(one), one.dir).fields) {
      if (leaf.offset > 0 && leaf.offset < one.size) boundaries.push_back(leaf.offset);
    }
    std::ranges::sort(boundaries);
    boundaries.erase(std::ranges::unique(boundaries).begin(), boundaries.end());
    judge(all, truth.fields[i], boundaries, one.size);
  }
  return {ratio(2 * all.right, 2 * all.right + all.wrong + all.missed),
          ratio(all.wrong, all.places), ratio(all.fms, all.judged), ratio(all.perfect, all.fields)};
}

}  // namespace troupe
