#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

class clock_jump final : public fault {
 public:
  explicit clock_jump(const fault_settings& with) : by_(with.time("by")) {}

  void begin(world& in, std::span<const place> targets) override {
    if (targets.empty()) return;
    const auto& one = targets[in.luck().below(targets.size())];
    in.jump_clock(one.node, by_);
    fire(in, one);
  }

 private:
  duration by_;
};

}  // namespace

fault_family clock_jump_family() {
  return {"clock_jump",
          "The clock of a node is suddenly ahead, as after a suspended machine.",
          scope::nodes,
          {{"by", unit::time, 0.05, 0, 3600, "this much; a monotonic clock never goes back"}},
          [](const fault_settings& with) { return std::make_unique<clock_jump>(with); }};
}

}  // namespace troupe::chaos
