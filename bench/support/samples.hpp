#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace troupe::bench {

using clock = std::chrono::steady_clock;

/// Durations in nanoseconds, for exact percentiles (nearest rank).
class samples {
 public:
  void add(clock::duration took) { values_.push_back(took.count()); }
  void add_all(const samples& other) {
    values_.insert(values_.end(), other.values_.begin(), other.values_.end());
  }

  [[nodiscard]] double microseconds(double percentile) {
    if (values_.empty()) return 0;
    const auto last = values_.size() - 1;
    const auto rank = std::min(
        last, static_cast<std::size_t>(percentile / 100 * static_cast<double>(values_.size())));
    std::nth_element(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(rank),
                     values_.end());
    return static_cast<double>(values_[rank]) / 1000;
  }

  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }

 private:
  std::vector<std::int64_t> values_;
};

/// Keeps the optimiser from removing a computation.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

}  // namespace troupe::bench
