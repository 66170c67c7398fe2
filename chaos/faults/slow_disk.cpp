#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

class slow_disk final : public fault {
 public:
  explicit slow_disk(const fault_settings& with) : each_(with.time("each")) {}

  void begin(world& in, std::span<const place> targets) override {
    for (const auto& one : targets) {
      in.slow_disk(one.node, [this, &in, one] {
        fire(in, one);
        return each_;
      });
      touched_.push_back(one.node);
    }
  }

  void end(world& in) override {
    for (const auto node : touched_) in.slow_disk(node, {});
    touched_.clear();
  }

 private:
  duration each_;
  std::vector<std::uint32_t> touched_;
};

}  // namespace

fault_family slow_disk_family() {
  return {"slow_disk",
          "Every write takes long: the log's queue fills, and loses its oldest lines.",
          scope::nodes,
          {{"each", unit::time, 50e-3, 0, 60, "write"}},
          [](const fault_settings& with) { return std::make_unique<slow_disk>(with); }};
}

}  // namespace troupe::chaos
