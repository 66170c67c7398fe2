#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

// By exception: one of the messages is the one that its receiver dies of.
class crash_on_message final : public fault {
 public:
  explicit crash_on_message(const fault_settings& with) : share_(with.number("share")) {}

  void touch(passing& message, world& in) override {
    if (message.lost || !in.luck().chance(share_)) return;
    message.kills = true;
    fire(in, message.where);
  }

 private:
  double share_;
};

// Whatever it does at that moment.
class kill final : public fault {
 public:
  explicit kill(const fault_settings& with) : count_(with.number("count")) {}

  void begin(world& in, std::span<const place> targets) override {
    std::vector<place> left(targets.begin(), targets.end());
    for (double n = 0; n < count_ && !left.empty(); ++n) {
      const auto index = in.luck().below(left.size());
      if (in.kill(left[index])) fire(in, left[index]);
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(index));
    }
  }

 private:
  double count_;
};

// The next incarnations do not come up.
class crash_while_starting final : public fault {
 public:
  explicit crash_while_starting(const fault_settings& with)
      : count_(with.number("count")), left_(count_) {}

  void begin(world& in, std::span<const place> targets) override {
    left_ = count_;
    if (targets.empty()) return;
    in.kill(targets[in.luck().below(targets.size())]);
  }

  bool spoils_start(const place& where, world& in) override {
    if (left_ <= 0) return false;
    --left_;
    fire(in, where);
    return true;
  }

 private:
  double count_;
  double left_;
};

// Its node stops in good order, and it does not.
class crash_while_stopping final : public fault {
 public:
  void begin(world& in, std::span<const place> targets) override {
    if (targets.empty()) return;
    const auto victim = targets[in.luck().below(targets.size())];
    in.stop_node(victim.node, true);
    if (in.kill(victim)) fire(in, victim);
  }
};

}  // namespace

fault_family crash_family() {
  return {"crash",
          "Actors die: of a message, of a kill, while they start or while they stop.",
          scope::actors,
          {{"how",
            unit::word,
            0,
            0,
            0,
            "what they die of",
            {"exception", "kill", "starting", "stopping"}},
           {"share", unit::share, 0.01, 0, 1, "of messages that kill their receiver (exception)"},
           {"count", unit::number, 1, 1, 1000, "actors killed, or starts that fail, each time"}},
          [](const fault_settings& with) -> std::unique_ptr<fault> {
            const auto& how = with.word("how");
            if (how == "kill") return std::make_unique<kill>(with);
            if (how == "starting") return std::make_unique<crash_while_starting>(with);
            if (how == "stopping") return std::make_unique<crash_while_stopping>();
            return std::make_unique<crash_on_message>(with);
          },
          live_in::own};
}

}  // namespace troupe::chaos
