#pragma once

#include <array>
#include <cstdint>

#include "actors/sla/slice_window.hpp"

namespace troupe {

/// How likely an event is to be bad now, as far as the slices tell: several memories of different
/// length side by side, each a Gamma-Poisson model with discounting (West & Harrison, "Bayesian
/// Forecasting and Dynamic Models", chapter 10), weighted by how well they foretold the slices of
/// late (dynamic model averaging, Raftery et al. 2010). Overdispersion is estimated from the
/// slices' Pearson residuals and tempers each update (quasi-likelihood). Pure.
class error_level {
 public:
  static constexpr std::size_t memories = 5;

  /// One memory's view: the share of bad events is Gamma with this shape and mean.
  struct view {
    double weight = 0;
    double memory = 0;  // slices
    double shape = 0;
    double mean = 0;
  };

  /// `expected` is the share of bad events to begin with, before anything is seen.
  explicit error_level(double expected);

  /// One slice is over. An empty one only lets the memories fade.
  void add(slice_counts seen) noexcept;

  [[nodiscard]] std::array<view, memories> views() const noexcept;
  /// Variance of a slice's bad events, in Poisson variances; at least 1.
  [[nodiscard]] double dispersion() const noexcept { return dispersion_; }

 private:
  struct model {
    double shape;
    double exposure;   // events that the shape stands for
    double score = 0;  // logarithm of the weight, not normalised
  };

  std::array<model, memories> models_;
  double expected_;
  double dispersion_ = 1;
};

}  // namespace troupe
