#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

class hang final : public fault {
 public:
  void begin(world& in, std::span<const place> targets) override {
    for (const auto& one : targets) {
      if (one.kind == actor_kind::worker && in.hang(one, true)) fire(in, one);
    }
  }

  // Whatever is no worker simply does not take its messages.
  void touch(passing& message, world& in) override {
    if (message.where.kind == actor_kind::worker) return;
    message.held = true;
    fire(in, message.where);
  }

  void end(world& in) override {
    in.end_hangs();
    in.let_go(*this);
  }
};

}  // namespace

fault_family hang_family() {
  return {"hang",
          "Actors do not get anywhere: workers never finish, others never look at their messages.",
          scope::actors,
          {},
          [](const fault_settings&) { return std::make_unique<hang>(); },
          live_in::own};
}

}  // namespace troupe::chaos
