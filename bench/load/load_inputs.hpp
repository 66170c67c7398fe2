#pragma once

#include <deque>
#include <random>
#include <vector>

#include "bench/support/traffic.hpp"

namespace troupe::bench {

/// Inputs of 100 messages of 200 bytes, each different from all before, or one of the last again.
class load_inputs {
 public:
  load_inputs(double hit_ratio, std::uint64_t seed);
  [[nodiscard]] traffic_group_ptr next();

 private:
  static constexpr std::size_t templates = 16;
  static constexpr std::size_t remembered = 64;

  double hit_ratio_;
  std::mt19937_64 luck_;
  std::uint64_t number_ = 0;
  std::vector<traffic_group_ptr> templates_;
  std::deque<traffic_group_ptr> recent_;
};

}  // namespace troupe::bench
