#include <set>

#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

/// Every computation leaves memory behind; a node above its limit is ended by its system.
class memory_leak final : public fault {
 public:
  explicit memory_leak(const fault_settings& with)
      : each_(with.number("each")), limit_(with.number("limit")), down_(with.time("down")) {}

  // Child processes cannot be made to leak: somebody else takes the memory that they need.
  void begin(world& in, std::span<const place>) override {
    if (in.press_memory(*this, static_cast<std::uint64_t>(limit_))) fire(in, the_machine);
  }

  void end(world& in) override {
    in.press_memory(*this, 0);
    for (const auto node : leaking_) in.give_back(node);
    leaking_.clear();
  }

  duration stretch(const place& where, duration cost, world& in) override {
    fire(in, where);
    leaking_.insert(where.node);
    const auto held = in.leak(where.node, static_cast<std::uint64_t>(each_));
    if (static_cast<double>(held) > limit_ && !in.crash_node(where.node, down_)) {
      in.give_back(where.node);
    }
    return cost;
  }

 private:
  std::set<std::uint32_t> leaking_;
  double each_;
  double limit_;
  duration down_;
};

}  // namespace

fault_family memory_leak_family() {
  return {
      "memory_leak",
      "Computations do not give back their memory; a node over its limit is ended by its system.",
      scope::workers,
      {{"each", unit::bytes, 1 << 20, 0, 1e12, "left behind by each stage that runs"},
       {"limit", unit::bytes, 256 << 20, 1, 1e15, "then the node is ended"},
       {"down", unit::time, 0.5, 0, 60, "until it is started again"}},
      [](const fault_settings& with) { return std::make_unique<memory_leak>(with); },
      live_in::both};
}

}  // namespace troupe::chaos
