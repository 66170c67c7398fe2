#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

class pause final : public fault {
 public:
  void begin(world& in, std::span<const place> targets) override {
    end(in);  // one at a time
    if (targets.empty()) return;
    const auto& one = targets[in.luck().below(targets.size())];
    if (!in.pause_node(one.node)) return;
    paused_ = one.node;
    fire(in, one);
  }

  void end(world& in) override {
    if (paused_ != 0) in.resume_node(std::exchange(paused_, 0));
  }

 private:
  std::uint32_t paused_ = 0;
};

}  // namespace

fault_family pause_family() {
  return {"pause",
          "A node stands still, as after SIGSTOP, and goes on when the fault ends.",
          scope::nodes,
          {},
          [](const fault_settings&) { return std::make_unique<pause>(); },
          live_in::child};
}

}  // namespace troupe::chaos
