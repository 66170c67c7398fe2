#include "actors/pipeline/classifier/calibration.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace troupe {
namespace {

using vector = Eigen::VectorXd;
using matrix = Eigen::MatrixXd;

constexpr double ridge_penalty = 3;     // on standardised inputs; keeps rare inputs from deciding
constexpr double foreign_share = 0.05;  // weight of foreign traffic in the scaling
constexpr int newton_steps = 25;

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

double log_odds(double share) {
  const double bounded = std::clamp(share, 1e-4, 1 - 1e-4);
  return std::log(bounded / (1 - bounded));
}

double entropy(std::span<const float> shares) {
  double sum = 0;
  for (const float share : shares) {
    if (share > 0) sum -= double{share} * std::log(double{share});
  }
  return sum;
}

struct regression {
  matrix inputs;  // one row for each example; the last column is 1
  vector targets;
  vector weights;
};

// Penalised maximum likelihood by Newton's method (Hastie, Tibshirani, Friedman, section 4.4.1).
vector fit(const regression& data, double penalty) {
  const Eigen::Index size = data.inputs.cols();
  vector solution = vector::Zero(size);
  vector penalties = vector::Constant(size, penalty);
  penalties[size - 1] = 1e-6;
  for (int step = 0; step < newton_steps; ++step) {
    const vector chance = (data.inputs * solution).unaryExpr([](double x) { return logistic(x); });
    const vector curve =
        (data.weights.array() * chance.array() * (1 - chance.array())).max(1e-9).matrix();
    const vector slope = data.inputs.transpose() *
                             (data.weights.array() * (data.targets - chance).array()).matrix() -
                         penalties.asDiagonal() * solution;
    matrix hessian = data.inputs.transpose() * curve.asDiagonal() * data.inputs;
    hessian.diagonal() += penalties;
    const vector change = hessian.ldlt().solve(slope);
    solution += change;
    if (change.cwiseAbs().maxCoeff() < 1e-9) break;
  }
  return solution;
}

double logit_of(const calibration::parameters& values, const score_inputs& inputs) {
  double logit = values.bias;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    logit += values.weight[i] * (inputs[i] - values.mean[i]);
  }
  return logit;
}

score_inputs spread_of(std::span<const calibration_example> examples, const score_inputs& mean) {
  score_inputs spread{};
  for (const auto& example : examples) {
    for (std::size_t i = 0; i < mean.size(); ++i) {
      spread[i] += (example.inputs[i] - mean[i]) * (example.inputs[i] - mean[i]);
    }
  }
  for (double& each : spread) {
    each = std::max(std::sqrt(each / static_cast<double>(examples.size())), 1e-6);
  }
  return spread;
}

void learn_rejector(std::span<const calibration_example> examples,
                    calibration::parameters& values) {
  for (const auto& example : examples) {
    for (std::size_t i = 0; i < values.mean.size(); ++i) {
      values.mean[i] += example.inputs[i] / static_cast<double>(examples.size());
    }
  }
  const score_inputs spread = spread_of(examples, values.mean);
  const auto rows = static_cast<Eigen::Index>(examples.size());
  regression data{matrix(rows, Eigen::Index{score_input_count} + 1), vector(rows), vector(rows)};
  for (Eigen::Index row = 0; row < rows; ++row) {
    const auto& example = examples[static_cast<std::size_t>(row)];
    for (std::size_t i = 0; i < score_input_count; ++i) {
      data.inputs(row, static_cast<Eigen::Index>(i)) =
          (example.inputs[i] - values.mean[i]) / spread[i];
    }
    data.inputs(row, Eigen::Index{score_input_count}) = 1;
    data.targets[row] = example.right ? 1 : 0;
    data.weights[row] = example.weight;
  }
  const vector solution = fit(data, ridge_penalty);
  for (std::size_t i = 0; i < score_input_count; ++i) {
    values.weight[i] = solution[static_cast<Eigen::Index>(i)] / spread[i];
  }
  values.bias = solution[Eigen::Index{score_input_count}];
}

// Platt (1999): a straight line through the logits.
void learn_scaling(std::span<const calibration_example> examples, calibration::parameters& values) {
  const auto rows = static_cast<Eigen::Index>(examples.size());
  regression data{matrix(rows, 2), vector(rows), vector(rows)};
  for (Eigen::Index row = 0; row < rows; ++row) {
    const auto& example = examples[static_cast<std::size_t>(row)];
    data.inputs(row, 0) = logit_of(values, example.inputs);
    data.inputs(row, 1) = 1;
    data.targets[row] = example.right ? 1 : 0;
    data.weights[row] = example.weight * (example.foreign ? foreign_share : 1);
  }
  const vector solution = fit(data, 1e-6);
  values.slope = solution[0];
  values.offset = solution[1];
}

}  // namespace

// Chosen by how much foreign traffic is refused at 3 to 10 % lost answers: twice as many inputs
// (known shares and votes of each group) refused less, for they tell captures, not protocols.
score_inputs inputs_of(const member_models& models, const member_scores& scores,
                       std::size_t segments) {
  const std::size_t best = scores.best;
  const auto top = [](const std::vector<float>& of) {
    return std::ranges::max_element(of) - of.begin();
  };
  const double features = std::accumulate(scores.seen.begin(), scores.seen.end(), 1.0);
  const double known_anchored = double{scores.known[0]} / std::max(double{scores.seen[0]}, 1.0);
  const double captures = models.votes.captures_of_label()[best];
  return {log_odds(double{scores.mean[best]}),
          log_odds(double{scores.votes[best]}),
          double{scores.ridge[best]},
          double{scores.ridge[best]} - double{scores.ridge[scores.second]},
          top(scores.votes) == top(scores.ridge) ? 1.0 : 0.0,
          std::log(captures + 1),
          known_anchored,
          double{scores.best_vote} / features,
          std::log(double{scores.best_vote} + 0.1),
          entropy(scores.mean),
          std::log(static_cast<double>(segments) + 1)};
}

double calibration::confidence(const score_inputs& inputs) const {
  return logistic(values_.slope * logit_of(values_, inputs) + values_.offset);
}

calibration learn_calibration(std::span<const calibration_example> examples) {
  calibration::parameters values;
  if (!examples.empty()) {
    learn_rejector(examples, values);
    learn_scaling(examples, values);
  }
  return calibration(values);
}

}  // namespace troupe
