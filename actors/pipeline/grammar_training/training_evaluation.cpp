#include "actors/pipeline/grammar_training/training_evaluation.hpp"

#include <cstddef>
#include <numeric>
#include <random>
#include <utility>

#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/statistics/statistics.hpp"

namespace troupe {

judged_protocol judge_model(const grammar_model& model, const labelled_protocol& truth,
                            std::uint64_t seed) {
  const auto& group = truth.traffic;
  const work_context work{quality_mode::accurate, seed, {}};
  const auto found =
      infer_format(group, compute_statistics(group, work), work, {model.weights, {}});
  return {group.name, score_boundaries(found, truth)};
}

std::vector<judged_protocol> cross_validate(std::span<const labelled_protocol* const> all,
                                            const grammar_training_options& how, std::size_t folds,
                                            const training_progress& tell) {
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937_64 random(how.seed);
  for (auto i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  std::vector<judged_protocol> out(all.size());
  for (std::size_t fold = 0; fold < folds; ++fold) {
    std::vector<const labelled_protocol*> others;
    for (std::size_t place = 0; place < order.size(); ++place) {
      if (place % folds != fold) others.push_back(all[order[place]]);
    }
    const auto model = train_grammar(others, how);
    for (auto place = fold; place < order.size(); place += folds) {
      out[order[place]] = judge_model(model, *all[order[place]], how.seed);
    }
    if (tell) tell("fold " + std::to_string(fold + 1) + " of " + std::to_string(folds));
  }
  return out;
}

boundary_scores mean_of(std::span<const judged_protocol> judged) {
  boundary_scores sum;
  const auto share = judged.empty() ? 0.0 : 1.0 / static_cast<double>(judged.size());
  for (const auto& one : judged) {
    sum.f1 += share * one.scores.f1;
    sum.false_rate += share * one.scores.false_rate;
    sum.fms += share * one.scores.fms;
    sum.perfection += share * one.scores.perfection;
  }
  return sum;
}

}  // namespace troupe
