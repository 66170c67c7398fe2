#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace troupe::grammar {

/// n ln n of a count, 0 for none: what entropies of counts are made of. The logarithms of small
/// counts are looked up, for the search for types and boundaries asks for some ten thousand.
[[nodiscard]] inline double n_log_n(std::size_t n) {
  constexpr std::size_t tabled = 1025;
  static const auto table = [] {
    std::array<double, tabled> out{};
    for (std::size_t i = 1; i < tabled; ++i) {
      out[i] = static_cast<double>(i) * std::log(static_cast<double>(i));
    }
    return out;
  }();
  if (n < tabled) return table[n];
  return static_cast<double>(n) * std::log(static_cast<double>(n));
}

/// The entropy in bits of counts whose sum is `sum`, from the sum of their `n_log_n`.
[[nodiscard]] inline double entropy_bits(double sum_of_n_log_n, std::size_t sum) {
  constexpr double bits_per_nat = 1.4426950408889634;
  if (sum == 0) return 0;
  const auto nats = n_log_n(sum) - sum_of_n_log_n;
  return nats <= 0 ? 0 : bits_per_nat * nats / static_cast<double>(sum);
}

}  // namespace troupe::grammar
