#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

class clock_skew final : public fault {
 public:
  explicit clock_skew(const fault_settings& with) : rate_(1 + with.number("drift")) {}

  void begin(world& in, std::span<const place> targets) override {
    for (const auto& one : targets) {
      in.set_clock_rate(one.node, rate_);
      fire(in, one);
      touched_.push_back(one.node);
    }
  }

  void end(world& in) override {
    for (const auto node : touched_) in.set_clock_rate(node, 1);
    touched_.clear();
  }

 private:
  double rate_;
  std::vector<std::uint32_t> touched_;
};

}  // namespace

fault_family clock_skew_family() {
  return {"clock_skew",
          "The clock of a node runs fast or slow.",
          scope::nodes,
          {{"drift", unit::number, 0.05, -0.5, 1, "seconds that it gains in one"}},
          [](const fault_settings& with) { return std::make_unique<clock_skew>(with); }};
}

}  // namespace troupe::chaos
