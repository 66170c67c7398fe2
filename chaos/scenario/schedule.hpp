#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "chaos/scenario/scenario.hpp"

namespace troupe::chaos {

/// Switches faults on and off by their plans.
class schedule {
 public:
  schedule(world& in, const scenario& what) : in_(in) {
    for (const auto& plan : what.faults) {
      plans_.push_back({&plan, &in.add(plan.name, *plan.family, plan.where, plan.settings)});
    }
  }

  void start() {
    origin_ = in_.now();
    for (auto& one : plans_) {
      if (one.plan->after.empty()) {
        in_.at(origin_ + one.plan->from, [this, &one] { begin(one); });
      } else {
        wait_for(one);
      }
    }
  }

  void end_all() {
    over_ = true;
    for (auto& one : plans_) in_.switch_off(*one.fault);
  }

  [[nodiscard]] std::map<std::string, std::uint64_t> fired() const {
    std::map<std::string, std::uint64_t> out;
    for (const auto& one : plans_) out[one.plan->name] = one.fault->what->fired();
    return out;
  }

 private:
  struct planned {
    const fault_plan* plan = nullptr;
    standing_fault* fault = nullptr;
  };

  // Looked at each millisecond of time: what a person at a console would not notice either.
  void wait_for(planned& one) {
    const auto first = std::ranges::find_if(
        plans_, [&](const planned& other) { return other.plan->name == one.plan->after; });
    if (over_) return;
    if (first->fault->what->fired() > 0) {
      in_.after(one.plan->from, [this, &one] { begin(one); });
    } else {
      in_.after(std::chrono::milliseconds(1), [this, &one] { wait_for(one); });
    }
  }

  void begin(planned& one) {
    const auto now = in_.now();
    const auto until = origin_ + one.plan->until;
    if (over_ || now > until) return;
    one.fault->intensity = one.plan->ramp > duration{0} ? 0.0 : 1.0;
    in_.switch_on(*one.fault);
    if (one.plan->ramp > duration{0}) grow(one, now);
    const auto lasts = one.plan->lasts > duration{0} ? one.plan->lasts : duration::max() / 4;
    const auto next = one.plan->every > duration{0} ? now + one.plan->every : time_point::max();
    auto off = std::min(until, now + std::min<duration>(lasts, until - now));
    if (next <= off && one.plan->lasts == duration{0}) off = time_point::max();  // it goes on
    if (off != time_point::max()) {
      in_.at(off, [this, &one] { in_.switch_off(*one.fault); });
    }
    if (next <= until) in_.at(next, [this, &one] { begin(one); });
  }

  void grow(planned& one, time_point from) {
    constexpr int steps = 20;
    for (int step = 1; step <= steps; ++step) {
      in_.at(from + one.plan->ramp * step / steps,
             [&one, step] { one.fault->intensity = static_cast<double>(step) / steps; });
    }
  }

  world& in_;
  std::vector<planned> plans_;
  time_point origin_;
  bool over_ = false;
};

}  // namespace troupe::chaos
