#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

class reordering final : public fault {
 public:
  explicit reordering(const fault_settings& with)
      : share_(with.number("share")), window_(with.time("window")) {}

  void touch(passing& message, world& in) override {
    if (!in.luck().chance(share_)) return;
    message.delay += in.luck().between(duration{1}, window_);
    fire(in, message.where);
  }

 private:
  double share_;
  duration window_;
};

}  // namespace

fault_family reordering_family() {
  return {"reordering",
          "Messages are overtaken by those that came after them.",
          scope::messages,
          {{"share", unit::share, 0.2, 0, 1, "of messages that step aside"},
           {"window", unit::time, 2e-3, 1e-9, 1, "for at most this long"}},
          [](const fault_settings& with) { return std::make_unique<reordering>(with); },
          live_in::own};
}

}  // namespace troupe::chaos
