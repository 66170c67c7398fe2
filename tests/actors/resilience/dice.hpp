#pragma once

#include <cstdint>
#include <random>

#include "messages/ids.hpp"

namespace troupe::test {

/// Random choices from a seed that the test prints.
class dice {
 public:
  explicit dice(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  bool one_in(std::uint64_t chances) { return below(chances) == 0; }
  double share() { return static_cast<double>(random_() >> 11U) * 0x1p-53; }  // U(0, 1)
  duration upto(duration most) {
    return duration{
        static_cast<duration::rep>(below(static_cast<std::uint64_t>(most.count()) + 1))};
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace troupe::test
