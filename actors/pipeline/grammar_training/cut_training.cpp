#include "actors/pipeline/grammar_training/cut_training.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <set>
#include <utility>

#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/statistics/statistics.hpp"

namespace troupe {

namespace {

using grammar::gap_evidence;
using grammar::gap_evidences;

using vector = Eigen::Matrix<double, static_cast<int>(gap_evidences), 1>;
using matrix = Eigen::Matrix<double, vector::RowsAtCompileTime, vector::RowsAtCompileTime>;

double chance_of(const gap_evidence& evidence, const gap_evidence& weights) {
  const auto odds = std::inner_product(evidence.begin(), evidence.end(), weights.begin(), 0.0);
  return 1 / (1 + std::exp(-odds));
}

/// Which message of the group a scope lies in.
std::size_t message_of(const traffic_group& group, const grammar::scope& one) {
  const auto place = static_cast<std::uint32_t>(one.bytes.data() - group.bytes.data());
  const auto next = std::ranges::upper_bound(group.messages, place, {}, &message::offset);
  return static_cast<std::size_t>(next - group.messages.begin()) - 1;
}

/// Adds the slope of one protocol's expected F1, 2 sum(p b) / (sum(p n) + sum(b)) for b boundaries
/// in n messages at each gap.
void add_slope(gap_evidence& to, const protocol_gaps& protocol, const gap_evidence& weights,
               std::vector<double>& chances) {
  chances.clear();
  double right = 0;
  double cut = 0;
  double real = 0;
  for (const auto& gap : protocol.gaps) {
    const double chance = chances.emplace_back(chance_of(gap.evidence, weights));
    right += chance * gap.boundaries;
    cut += chance * gap.seen;
    real += gap.boundaries;
  }
  const double all = cut + real;
  if (all <= 0) return;
  for (std::size_t g = 0; g < chances.size(); ++g) {
    const auto& gap = protocol.gaps[g];
    const double by =
        chances[g] * (1 - chances[g]) * 2 * (gap.boundaries * all - right * gap.seen) / (all * all);
    for (std::size_t i = 0; i < gap_evidences; ++i) to[i] += by * gap.evidence[i];
  }
}

}  // namespace

protocol_gaps read_gaps(const labelled_protocol& from, const gap_evidence& weights,
                        std::uint64_t seed) {
  const auto& group = from.traffic;
  std::vector<std::set<std::uint32_t>> begins;
  for (const auto& fields : from.fields) {
    auto& in = begins.emplace_back();
    for (const auto& one : fields) in.insert(one.offset);
  }
  protocol_gaps out;
  const auto hear = [&](const grammar::judged_gaps& judged) {
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
  const work_context work{quality_mode::accurate, seed, {}};
  static_cast<void>(infer_format(group, compute_statistics(group, work), work, {weights, hear}));
  return out;
}

gap_evidence fit_boundaries(std::span<const protocol_gaps> from,
                            const grammar_training_options& how) {
  constexpr int steps = 30;
  constexpr double constant_ridge = 1e-9;  // only keeps the system solvable
  vector ridge = vector::Constant(how.ridge);
  ridge[0] = constant_ridge;
  gap_evidence out{};
  Eigen::Map<vector> weights(out.data());
  for (int step = 0; step < steps; ++step) {
    matrix curvature = ridge.asDiagonal();
    vector slope = -ridge.cwiseProduct(weights);
    for (const auto& protocol : from) {
      double all = 0;
      for (const auto& gap : protocol.gaps) all += gap.seen;
      for (const auto& gap : protocol.gaps) {
        const Eigen::Map<const vector> evidence(gap.evidence.data());
        const double chance = chance_of(gap.evidence, out);
        slope += (gap.boundaries - gap.seen * chance) / all * evidence;
        curvature.noalias() +=
            gap.seen * chance * (1 - chance) / all * evidence * evidence.transpose();
      }
    }
    weights += curvature.ldlt().solve(slope);
  }
  out[0] += how.surplus;
  return out;
}

gap_evidence raise_f1(std::span<const protocol_gaps> from, gap_evidence begin,
                      const grammar_training_options& how) {
  // Adam (Kingma and Ba, ICLR 2015) with its usual decays; all gaps in every step.
  constexpr int steps = 500;
  constexpr double rate = 0.02;
  constexpr double first_decay = 0.9;
  constexpr double second_decay = 0.999;
  auto weights = begin;
  gap_evidence first{};
  gap_evidence second{};
  std::vector<double> chances;
  for (int step = 1; step <= steps; ++step) {
    gap_evidence slope{};
    for (const auto& protocol : from) add_slope(slope, protocol, weights, chances);
    for (std::size_t i = 0; i < gap_evidences; ++i) {
      slope[i] = slope[i] / static_cast<double>(from.size()) - how.leash * (weights[i] - begin[i]);
      first[i] = first_decay * first[i] + (1 - first_decay) * slope[i];
      second[i] = second_decay * second[i] + (1 - second_decay) * slope[i] * slope[i];
      const double mean = first[i] / (1 - std::pow(first_decay, step));
      const double square = second[i] / (1 - std::pow(second_decay, step));
      weights[i] += rate * mean / (std::sqrt(square) + 1e-9);
    }
  }
  return weights;
}

grammar_model train_grammar(std::span<const labelled_protocol* const> from,
                            const grammar_training_options& how, const training_progress& tell) {
  grammar_model out{how.name, {}};
  for (int round = 1; round <= how.rounds; ++round) {
    std::vector<protocol_gaps> gaps;
    std::size_t count = 0;
    for (const auto* one : from) {
      gaps.push_back(read_gaps(*one, out.weights, how.seed));
      count += gaps.back().gaps.size();
    }
    out.weights = raise_f1(gaps, fit_boundaries(gaps, how), how);
    // What lies behind the third decimal decides nothing and differs between processors.
    for (auto& weight : out.weights) {
      weight = std::clamp(std::round(weight * 1000) / 1000, -largest_weight, largest_weight);
    }
    if (!tell) continue;
    tell("round " + std::to_string(round) + " of " + std::to_string(how.rounds) + ": " +
         std::to_string(count) + " gaps of " + std::to_string(from.size()) + " protocols");
  }
  return out;
}

}  // namespace troupe
