#include "actors/pipeline/classifier/ridge_model.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace troupe {
namespace {

constexpr float lambda = 0.1F;  // docs/classifier.md, "Recipe"

using matrix = Eigen::MatrixXf;
using vector = Eigen::VectorXf;

// Column g: what one feature of group g is worth in a flow, 1 / sqrt(features of that group).
matrix unit_values(std::span<const kept_features> features) {
  matrix units(static_cast<Eigen::Index>(features.size()), Eigen::Index{feature_group_count});
  for (std::size_t flow = 0; flow < features.size(); ++flow) {
    for (std::size_t group = 0; group < feature_group_count; ++group) {
      const auto count = static_cast<float>(features[flow][group].size());
      units(static_cast<Eigen::Index>(flow), static_cast<Eigen::Index>(group)) =
          count > 0 ? 1.0F / std::sqrt(count) : 0.0F;
    }
  }
  return units;
}

// The lower triangle of all cosines, summed over the groups.
matrix kernel_of(std::span<const learnt_pattern> patterns, const matrix& units) {
  matrix kernel = matrix::Zero(units.rows(), units.rows());
  for (const learnt_pattern& pattern : patterns) {
    const auto group = static_cast<Eigen::Index>(pattern.group);
    for (std::size_t i = 0; i < pattern.flows.size(); ++i) {
      const Eigen::Index column = pattern.flows[i];
      const float value = static_cast<float>(pattern.features) * units(column, group);
      for (std::size_t j = i; j < pattern.flows.size(); ++j) {
        kernel(pattern.flows[j], column) += value * units(pattern.flows[j], group);
      }
    }
  }
  return kernel;
}

// A flow counts less the more flows its capture has, and the more its label has.
vector root_weights(std::span<const flow_origin> flows) {
  std::map<std::uint32_t, double> in_capture;
  std::map<std::pair<std::uint8_t, std::uint32_t>, double> of_both;
  for (const flow_origin& flow : flows) {
    ++in_capture[flow.capture];
    ++of_both[{flow.label, flow.capture}];
  }
  std::vector<double> weights;
  std::map<std::uint8_t, double> of_label;
  for (const flow_origin& flow : flows) {
    weights.push_back(1 / std::sqrt(of_both[{flow.label, flow.capture}]));
    of_label[flow.label] += weights.back();
  }
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] /= std::sqrt(of_label[flows[i].label]);
    sum += weights[i];
  }
  vector roots(static_cast<Eigen::Index>(weights.size()));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    roots[static_cast<Eigen::Index>(i)] =
        static_cast<float>(std::sqrt(weights[i] * static_cast<double>(weights.size()) / sum));
  }
  return roots;
}

// Dual coefficients, one column for each flow, of weighted kernel ridge regression:
// (S K S + lambda I) b = S y, a = S b, with S the roots of the weights.
matrix solve_dual(matrix kernel, std::span<const flow_origin> flows, std::size_t labels) {
  const vector roots = root_weights(flows);
  matrix targets = matrix::Constant(kernel.rows(), static_cast<Eigen::Index>(labels), -1.0F);
  for (std::size_t flow = 0; flow < flows.size(); ++flow) {
    targets(static_cast<Eigen::Index>(flow), flows[flow].label) = 1.0F;
  }
  kernel = roots.asDiagonal() * kernel * roots.asDiagonal();
  kernel.diagonal().array() += lambda;
  const Eigen::LLT<Eigen::Ref<matrix>, Eigen::Lower> factor(kernel);
  const matrix dual = factor.solve(roots.asDiagonal() * targets);
  return (roots.asDiagonal() * dual).transpose();
}

}  // namespace

ridge_model::ridge_model(std::size_t labels, std::vector<float> scales,
                         std::vector<std::int8_t> weights)
    : labels_(labels), scales_(std::move(scales)), weights_(std::move(weights)) {}

ridge_model learn_ridge(std::span<const learnt_pattern> patterns,
                        std::span<const kept_features> features, std::span<const flow_origin> flows,
                        std::size_t labels) {
  const matrix units = unit_values(features);
  const matrix dual = solve_dual(kernel_of(patterns, units), flows, labels);
  std::vector<float> scales;
  std::vector<std::int8_t> weights;
  scales.reserve(patterns.size());
  weights.reserve(patterns.size() * labels);
  vector row(static_cast<Eigen::Index>(labels));
  for (const learnt_pattern& pattern : patterns) {
    row.setZero();
    for (const std::uint32_t flow : pattern.flows) {
      row += units(flow, static_cast<Eigen::Index>(pattern.group)) * dual.col(flow);
    }
    const float scale = std::max(row.cwiseAbs().maxCoeff() / 127.0F, 1e-30F);
    scales.push_back(scale);
    for (const float weight : row) {
      weights.push_back(static_cast<std::int8_t>(std::lround(weight / scale)));
    }
  }
  return {labels, std::move(scales), std::move(weights)};
}

}  // namespace troupe
