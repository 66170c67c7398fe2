#include "actors/pipeline/grammar/boosted_trees.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <random>

namespace troupe::grammar {

namespace {

constexpr std::size_t most_bins = 32;

double chance_of(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

/// First and second derivatives of the loss, summed.
struct slope {
  double first = 0;
  double second = 0;

  void add(const slope& other) {
    first += other.first;
    second += other.second;
  }
};

using histogram = std::vector<std::array<slope, most_bins>>;  // of each feature

/// A leaf that may still be split.
struct open_leaf {
  std::uint16_t node = 0;
  std::vector<std::uint32_t> rows = {};
  slope sum = {};
  double gain = 0;  // of the best split
  std::uint16_t feature = 0;
  std::uint8_t bin = 0;
};

class grower {
 public:
  grower(const training_rows& rows, const growing& how) : rows_(rows), how_(how) {
    bin_all();
    double sum = 0;
    double events = 0;
    for (std::size_t i = 0; i < count(); ++i) {
      sum += rows.weight[i];
      events += double{rows.weight[i]} * rows.target[i];
    }
    all_weight_ = sum;
    const double share = sum > 0 ? std::clamp(events / sum, 1e-6, 1 - 1e-6) : 0.5;
    out_.start = std::log(share / (1 - share));
    odds_.assign(count(), 0);
    out_.start = 0;
    for (std::size_t i = 0; i < count(); ++i) odds_[i] = rows.values[(i + 1) * rows.features - 1];
  }

  boosted_trees grow() {
    for (std::uint32_t i = 0; i < how_.trees; ++i) add_tree();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::size_t count() const { return rows_.target.size(); }

  [[nodiscard]] float value(std::size_t row, std::size_t feature) const {
    return rows_.values[row * rows_.features + feature];
  }

  /// Thresholds at equal shares of the different values.
  void bin_all() {
    splits_.resize(rows_.features);
    bins_.resize(count() * rows_.features);
    for (std::size_t feature = 0; feature < rows_.features; ++feature) {
      std::vector<float> sorted;
      sorted.reserve(count());
      for (std::size_t row = 0; row < count(); ++row) sorted.push_back(value(row, feature));
      std::sort(sorted.begin(), sorted.end());
      auto& splits = splits_[feature];
      for (std::size_t i = 1; i < most_bins; ++i) {
        const auto at = sorted[i * sorted.size() / most_bins];
        if (at < sorted.back() && (splits.empty() || at > splits.back())) splits.push_back(at);
      }
      for (std::size_t row = 0; row < count(); ++row) {
        const auto bin = std::ranges::lower_bound(splits, value(row, feature)) - splits.begin();
        bins_[row * rows_.features + feature] = static_cast<std::uint8_t>(bin);
      }
    }
  }

  [[nodiscard]] double score(const slope& of) const {
    return of.first * of.first / (of.second + how_.ridge);
  }

  void find_split(open_leaf& leaf) const {
    histogram seen(rows_.features);
    for (const auto row : leaf.rows) {
      const auto* bins = &bins_[row * rows_.features];
      for (const auto feature : tried_) seen[feature][bins[feature]].add(slopes_[row]);
    }
    const double least = how_.least_weight * all_weight_;
    leaf.gain = 0;
    for (const std::size_t feature : tried_) {
      slope left;
      for (std::size_t bin = 0; bin < splits_[feature].size(); ++bin) {
        left.add(seen[feature][bin]);
        const slope right{leaf.sum.first - left.first, leaf.sum.second - left.second};
        if (left.second < least || right.second < least) continue;
        const double gain = score(left) + score(right) - score(leaf.sum);
        if (gain <= leaf.gain) continue;
        leaf.gain = gain;
        leaf.feature = static_cast<std::uint16_t>(feature);
        leaf.bin = static_cast<std::uint8_t>(bin);
      }
    }
  }

  open_leaf child(boosted_trees::tree& tree, std::vector<std::uint32_t> rows) const {
    open_leaf out{static_cast<std::uint16_t>(tree.size()), std::move(rows)};
    tree.emplace_back();
    for (const auto row : out.rows) out.sum.add(slopes_[row]);
    find_split(out);
    return out;
  }

  void split(boosted_trees::tree& tree, std::vector<open_leaf>& leaves, std::size_t which) const {
    const open_leaf parent = std::move(leaves[which]);
    std::vector<std::uint32_t> left;
    std::vector<std::uint32_t> right;
    for (const auto row : parent.rows) {
      (bins_[row * rows_.features + parent.feature] <= parent.bin ? left : right).push_back(row);
    }
    leaves[which] = child(tree, std::move(left));
    const auto second = leaves.emplace_back(child(tree, std::move(right))).node;
    auto& node = tree[parent.node];
    node.feature = parent.feature;
    node.split = splits_[parent.feature][parent.bin];
    node.left = leaves[which].node;
    node.right = second;
  }

  void add_tree() {
    slopes_.resize(count());
    for (std::size_t i = 0; i < count(); ++i) {
      const double chance = chance_of(odds_[i]);
      const double weight = rows_.weight[i];
      slopes_[i] = {weight * (chance - rows_.target[i]), weight * chance * (1 - chance)};
    }
    boosted_trees::tree tree;
    tried_.clear();
    for (std::uint16_t i = 0; i < rows_.features; ++i) {
      if (random_() % 100 < how_.tried_percent) tried_.push_back(i);
    }
    std::vector<std::uint32_t> all;
    std::vector<std::uint32_t> rest;
    for (std::uint32_t i = 0; i < count(); ++i) (random_() % 100 < how_.rows_percent ? all : rest).push_back(i);
    std::vector<open_leaf> leaves;
    leaves.push_back(child(tree, std::move(all)));
    while (leaves.size() < how_.leaves) {
      std::size_t best = 0;
      for (std::size_t i = 1; i < leaves.size(); ++i) {
        if (leaves[i].gain > leaves[best].gain) best = i;
      }
      if (leaves[best].gain <= 0) break;
      split(tree, leaves, best);
    }
    for (const auto& leaf : leaves) {
      const double value = -how_.rate * leaf.sum.first / (leaf.sum.second + how_.ridge);
      tree[leaf.node].value = static_cast<float>(value);
      for (const auto row : leaf.rows) odds_[row] += double{tree[leaf.node].value};
    }
    for (const auto row : rest) {
      const auto* at = tree.data();
      while (at->left != 0) at = tree.data() + (value(row, at->feature) <= at->split ? at->left : at->right);
      odds_[row] += double{at->value};
    }
    out_.trees.push_back(std::move(tree));
  }

  const training_rows& rows_;
  const growing& how_;
  double all_weight_ = 0;
  std::vector<std::vector<float>> splits_;  // of each feature, ascending
  std::vector<std::uint8_t> bins_;          // row after row
  std::vector<double> odds_;
  std::vector<slope> slopes_;
  std::vector<std::uint16_t> tried_;  // features, by the tree that grows
  std::mt19937_64 random_{1};
  boosted_trees out_;
};

}  // namespace

double boosted_trees::log_odds(std::span<const float> features) const {
  double sum = start + double{features.back()};
  for (const auto& one : trees) {
    const auto* at = one.data();
    while (at->left != 0) {
      at = one.data() + (features[at->feature] <= at->split ? at->left : at->right);
    }
    sum += double{at->value};
  }
  return sum;
}

boosted_trees grow_trees(const training_rows& rows, const growing& how) {
  return grower(rows, how).grow();
}

}  // namespace troupe::grammar
