#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

class store_stall final : public fault {
 public:
  void begin(world& in, std::span<const place> targets) override {
    if (targets.empty()) return;
    in.stall_store([this, &in, where = targets.front()] { fire(in, where); });
  }
  void end(world& in) override { in.stall_store({}); }
};

}  // namespace

fault_family store_stall_family() {
  return {"store_stall",
          "The cache that nodes share takes calls and answers none.",
          scope::nodes,
          {},
          [](const fault_settings&) { return std::make_unique<store_stall>(); }};
}

}  // namespace troupe::chaos
