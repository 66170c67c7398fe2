#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace troupe::grammar {

/// A sum of regression trees: the log-odds of an event.
struct boosted_trees {
  struct node {
    std::uint16_t feature = 0;
    std::uint16_t left = 0;  // child for values <= split; 0: this node is a leaf
    std::uint16_t right = 0;
    float split = 0;
    float value = 0;  // of a leaf

    friend bool operator==(const node&, const node&) = default;
  };
  using tree = std::vector<node>;

  double start = 0;  // log-odds before the first tree
  std::vector<tree> trees;

  [[nodiscard]] double log_odds(std::span<const float> features) const;

  friend bool operator==(const boosted_trees&, const boosted_trees&) = default;
};

/// What the trees are grown from, row by row.
struct training_rows {
  std::size_t features = 0;   // of one row
  std::vector<float> values;  // row after row
  std::vector<float> target;  // share of the cases of a row in which the event holds, 0..1
  std::vector<float> weight;
};

struct growing {
  std::uint32_t trees = 60;
  std::uint32_t leaves = 24;     // of one tree
  std::uint32_t tried_percent = 30;  // of the features, by one tree
  std::uint32_t rows_percent = 50;   // of the rows, for one tree
  double rate = 0.13;            // shrinkage of a tree's values
  double ridge = 1;              // added to a leaf's second derivatives
  double least_weight = 1e-3;    // second derivatives in a leaf, share of all weights
};

/// Gradient boosting with logistic loss (Friedman 2001; second-order leaf values as in Chen and
/// Guestrin 2016), on at most 32 thresholds a feature. The same rows give the same trees.
[[nodiscard]] boosted_trees grow_trees(const training_rows& rows, const growing& how);

}  // namespace troupe::grammar
