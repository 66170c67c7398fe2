#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

class latency final : public fault {
 public:
  explicit latency(const fault_settings& with)
      : delay_(with.time("delay")), jitter_(with.time("jitter")), share_(with.number("share")) {}

  void touch(passing& message, world& in) override {
    if (!in.luck().chance(share_)) return;
    const auto more = delay_ + in.luck().between(duration{0}, jitter_);
    const bool on_the_way_back = message.what.mid.is_request() && in.luck().chance(0.5);
    (on_the_way_back ? message.answer_delay : message.delay) += more;
    fire(in, message.where);
  }

 private:
  duration delay_;
  duration jitter_;
  double share_;
};

}  // namespace

fault_family latency_family() {
  return {"latency",
          "Messages, or the answers to them, take longer: by the delay and up to the jitter more.",
          scope::messages,
          {{"delay", unit::time, 5e-3, 0, 10, "added to each message"},
           {"jitter", unit::time, 5e-3, 0, 10, "at most this much more, drawn evenly"},
           {"share", unit::share, 1, 0, 1, "of messages that are touched"}},
          [](const fault_settings& with) { return std::make_unique<latency>(with); },
          live_in::own};
}

}  // namespace troupe::chaos
