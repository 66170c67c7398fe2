#include <algorithm>
#include <thread>

#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

class cpu_spike final : public fault {
 public:
  explicit cpu_spike(const fault_settings& with) : factor_(with.number("factor")) {}

  // Live: processes that take their share of it, as many as it takes.
  void begin(world& in, std::span<const place>) override {
    const auto cores = std::max(1U, std::thread::hardware_concurrency());
    const auto burners = std::min(static_cast<std::uint32_t>(factor_), most_for_each_core) * cores;
    if (in.burn(*this, burners)) fire(in, the_machine);
  }

  void end(world& in) override { in.burn(*this, 0); }

  duration stretch(const place& where, duration cost, world& in) override {
    if (!in.has_virtual_time()) return cost;
    fire(in, where);
    return duration{static_cast<duration::rep>(static_cast<double>(cost.count()) * factor_)};
  }

 private:
  static constexpr std::uint32_t most_for_each_core = 8;

  double factor_;
};

}  // namespace

fault_family cpu_spike_family() {
  return {"cpu_spike",
          "Somebody else takes the processor: every computation takes longer.",
          scope::workers,
          {{"factor", unit::number, 10, 1, 1000, "as long as usual"}},
          [](const fault_settings& with) { return std::make_unique<cpu_spike>(with); },
          live_in::both};
}

}  // namespace troupe::chaos
