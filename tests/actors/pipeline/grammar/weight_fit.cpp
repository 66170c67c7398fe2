#include "tests/actors/pipeline/grammar/weight_fit.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/statistics/statistics.hpp"
#include "tests/actors/pipeline/grammar/labelled_traffic.hpp"

namespace troupe::test {

namespace {

using grammar::gap_evidence;
using grammar::gap_evidences;

using matrix = std::array<gap_evidence, gap_evidences>;

/// The solution of a positive definite system, by elimination.
gap_evidence solved(matrix a, gap_evidence b) {
  for (std::size_t k = 0; k < gap_evidences; ++k) {
    for (std::size_t row = k + 1; row < gap_evidences; ++row) {
      const double factor = a[row][k] / a[k][k];
      for (std::size_t i = k; i < gap_evidences; ++i) a[row][i] -= factor * a[k][i];
      b[row] -= factor * b[k];
    }
  }
  for (auto k = gap_evidences; k-- > 0;) {
    for (auto i = k + 1; i < gap_evidences; ++i) b[k] -= a[k][i] * b[i];
    b[k] /= a[k][k];
  }
  return b;
}

double sum_of(const gap_evidence& evidence, const gap_evidence& weights) {
  double sum = 0;
  for (std::size_t i = 0; i < gap_evidences; ++i) sum += evidence[i] * weights[i];
  return sum;
}

/// Which message of the group a scope lies in.
std::size_t message_of(const traffic_group& group, const grammar::scope& one) {
  const auto place = static_cast<std::uint32_t>(one.bytes.data() - group.bytes.data());
  const auto next = std::ranges::upper_bound(group.messages, place, {}, &message::offset);
  return static_cast<std::size_t>(next - group.messages.begin()) - 1;
}

}  // namespace

protocol_gaps read_gaps(const std::filesystem::path& file) {
  const auto group = read_labelled_traffic(file);
  std::vector<std::set<std::uint32_t>> begins;
  for (const auto& labels : read_labels(file)) {
    auto& in = begins.emplace_back();
    for (const auto& one : labels) in.insert(one.offset);
  }
  protocol_gaps out;
  grammar::cut_rules rules;
  rules.heard = [&](const grammar::judged_gaps& judged) {
    for (std::size_t at = 1; at < judged.evidence.size(); ++at) {
      protocol_gaps::gap one{judged.evidence[at]};
      for (const auto& scope : judged.within) {
        const auto place = scope.begin + static_cast<std::uint32_t>(at);
        one.seen += 1;
        one.boundaries += begins[message_of(group, scope)].contains(place) ? 1 : 0;
      }
      out.gaps.push_back(one);
    }
  };
  const work_context work{quality_mode::accurate, 1, {}};
  static_cast<void>(infer_format(group, compute_statistics(group, work), work, rules));
  return out;
}

gap_evidence fit_weights(std::span<const protocol_gaps* const> from, double ridge, double surplus) {
  constexpr int rounds = 30;
  gap_evidence weights{};
  for (int round = 0; round < rounds; ++round) {
    matrix curvature{};
    gap_evidence slope{};
    for (std::size_t i = 0; i < gap_evidences; ++i) {
      const double pull = i == 0 ? 1e-9 : ridge;
      curvature[i][i] = pull;
      slope[i] = -pull * weights[i];
    }
    for (const auto* protocol : from) {
      double all = 0;
      for (const auto& gap : protocol->gaps) all += gap.seen;
      for (const auto& gap : protocol->gaps) {
        const double chance = 1 / (1 + std::exp(-sum_of(gap.evidence, weights)));
        const double missing = (gap.boundaries - gap.seen * chance) / all;
        const double width = gap.seen * chance * (1 - chance) / all;
        for (std::size_t i = 0; i < gap_evidences; ++i) {
          slope[i] += missing * gap.evidence[i];
          for (std::size_t j = 0; j < gap_evidences; ++j)
            curvature[i][j] += width * gap.evidence[i] * gap.evidence[j];
        }
      }
    }
    const auto step = solved(curvature, slope);
    for (std::size_t i = 0; i < gap_evidences; ++i) weights[i] += step[i];
  }
  weights[0] += surplus;
  return weights;
}

}  // namespace troupe::test
