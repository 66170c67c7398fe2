#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

class node_crash final : public fault {
 public:
  explicit node_crash(const fault_settings& with) : down_(with.time("down")) {}

  void begin(world& in, std::span<const place> targets) override {
    if (targets.empty()) return;
    const auto& victim = targets[in.luck().below(targets.size())];
    if (in.crash_node(victim.node, down_)) fire(in, victim);
  }

 private:
  duration down_;
};

}  // namespace

fault_family node_crash_family() {
  return {"node_crash",
          "A whole node is gone at once, as after SIGKILL, and is started again.",
          scope::nodes,
          {{"down", unit::time, 0.5, 0, 60, "from its end to its next start"}},
          [](const fault_settings& with) { return std::make_unique<node_crash>(with); },
          live_in::child};
}

}  // namespace troupe::chaos
