#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

class duplication final : public fault {
 public:
  explicit duplication(const fault_settings& with)
      : share_(with.number("share")), copies_(with.number("copies")) {}

  void touch(passing& message, world& in) override {
    if (!in.luck().chance(share_)) return;
    message.copies += static_cast<std::uint32_t>(copies_);
    fire(in, message.where);
  }

 private:
  double share_;
  double copies_;
};

}  // namespace

fault_family duplication_family() {
  return {"duplication",
          "Messages arrive more than once.",
          scope::messages,
          {{"share", unit::share, 0.1, 0, 1, "of messages that are doubled"},
           {"copies", unit::number, 1, 1, 10, "more of each"}},
          [](const fault_settings& with) { return std::make_unique<duplication>(with); },
          live_in::own};
}

}  // namespace troupe::chaos
