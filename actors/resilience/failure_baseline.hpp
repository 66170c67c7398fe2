#pragma once

#include <cstdint>
#include <optional>

namespace troupe {

/// Learns what share of calls goes wrong in ordinary times, and where extraordinary times begin:
///
///   threshold = clamp(mean + sigmas * deviation, floor, ceiling)
///
/// Mean and variance of the shares of whole batches of calls are exponentially weighted (Finch,
/// "Incremental calculation of weighted mean and variance", 2009, section 9). Pure. The ceiling
/// keeps a dependency that gets worse slowly from being taken for ordinary for ever.
class failure_baseline {
 public:
  struct options {
    double sigmas = 3;
    double floor = 0.1;
    double ceiling = 0.9;
    double weight = 0.1;              // of the newest batch
    std::uint32_t batch_calls = 100;  // calls whose share is one sample
    std::uint32_t batches = 10;       // samples before there is a threshold
  };

  explicit failure_baseline(options settings) : settings_(settings) {}

  void record(bool wrong);
  /// Leaves out the calls since the last whole batch: they led to no ordinary time.
  void drop_batch() noexcept;
  /// Nothing before enough was seen.
  [[nodiscard]] std::optional<double> threshold() const;

 private:
  options settings_;
  std::uint32_t calls_ = 0;
  std::uint32_t wrong_ = 0;
  std::uint32_t batches_ = 0;
  double mean_ = 0;
  double variance_ = 0;
};

}  // namespace troupe
