#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

// One death is the cause of the next: the first one is given, every later one waits for it.
class cascade final : public fault {
 public:
  explicit cascade(const fault_settings& with)
      : depth_(with.number("depth")), gap_(with.time("gap")) {}

  void begin(world& in, std::span<const place> targets) override {
    const std::vector<place> all(targets.begin(), targets.end());
    next(in, all, depth_, ++round_);
  }

  void end(world&) override { ++round_; }

 private:
  void next(world& in, std::vector<place> left, double more, std::uint64_t round) {
    if (left.empty() || more < 1 || round != round_) return;
    const auto index = in.luck().below(left.size());
    const auto victim = left[index];
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(index));
    if (in.kill(victim)) fire(in, victim);
    in.after(gap_, *this,
             [this, &in, left = std::move(left), more, round] { next(in, left, more - 1, round); });
  }

  double depth_;
  duration gap_;
  std::uint64_t round_ = 0;
};

}  // namespace

fault_family cascade_family() {
  return {"cascade",
          "A chain of deaths: each brings about the next, of another actor, a little later.",
          scope::actors,
          {{"depth", unit::number, 4, 1, 100, "deaths in the chain"},
           {"gap", unit::time, 2e-3, 0, 10, "from one to the next"}},
          [](const fault_settings& with) { return std::make_unique<cascade>(with); },
          live_in::own};
}

}  // namespace troupe::chaos
