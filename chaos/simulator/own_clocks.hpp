#pragma once

#include "actors/shell/dependencies.hpp"
#include "chaos/simulator/simulation.hpp"

namespace troupe::chaos {

/// The clock of one logical node: may run fast or slow, may jump ahead, and is ahead of the common
/// time by what the running handler has computed.
class node_clock final : public own_clock {
 public:
  explicit node_clock(const simulation& in) : in_(in), common_(in.now()), shown_(in.now()) {}

  [[nodiscard]] time_point at(time_point common) const override {
    return scaled(common) + in_.computed();
  }
  [[nodiscard]] duration common_delay(duration delay) const override {
    if (rate_ == 1) return delay;
    return duration{static_cast<duration::rep>(static_cast<double>(delay.count()) / rate_)};
  }

  void set_rate(double rate) {
    shown_ = scaled(in_.now());
    common_ = in_.now();
    rate_ = rate;
  }
  void jump(duration by) { shown_ += by; }

 private:
  [[nodiscard]] time_point scaled(time_point common) const {
    const auto passed = common - common_;
    if (rate_ == 1) return shown_ + passed;
    return shown_ +
           duration{static_cast<duration::rep>(static_cast<double>(passed.count()) * rate_)};
  }

  const simulation& in_;
  time_point common_;  // when the rate was set
  time_point shown_;   // what this clock showed then
  double rate_ = 1;
};

}  // namespace troupe::chaos
