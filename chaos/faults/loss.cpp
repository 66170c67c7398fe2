#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

class loss final : public fault {
 public:
  explicit loss(const fault_settings& with) : share_(with.number("share")) {}

  void touch(passing& message, world& in) override {
    if (message.lost || !in.luck().chance(share_)) return;
    message.lost = true;
    fire(in, message.where);
  }

 private:
  double share_;
};

}  // namespace

fault_family loss_family() {
  return {"loss",
          "Messages disappear. Whoever asked hears nothing at all.",
          scope::messages,
          {{"share", unit::share, 0.05, 0, 1, "of messages that are lost"}},
          [](const fault_settings& with) { return std::make_unique<loss>(with); },
          live_in::own};
}

}  // namespace troupe::chaos
