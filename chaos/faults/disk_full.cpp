#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

class disk_full final : public fault {
 public:
  void begin(world& in, std::span<const place> targets) override {
    for (const auto& one : targets) {
      in.fill_disk(one.node, [this, &in, one] { fire(in, one); });
      touched_.push_back(one.node);
    }
  }

  void end(world& in) override {
    for (const auto node : touched_) in.fill_disk(node, {});
    touched_.clear();
  }

 private:
  std::vector<std::uint32_t> touched_;
};

}  // namespace

fault_family disk_full_family() {
  return {"disk_full",
          "Nothing more can be written: the log's lines fail, and are counted.",
          scope::nodes,
          {},
          [](const fault_settings&) { return std::make_unique<disk_full>(); },
          live_in::child};
}

}  // namespace troupe::chaos
