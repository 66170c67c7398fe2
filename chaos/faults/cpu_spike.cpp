#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

class cpu_spike final : public fault {
 public:
  explicit cpu_spike(const fault_settings& with) : factor_(with.number("factor")) {}

  duration stretch(const place& where, duration cost, world& in) override {
    fire(in, where);
    return duration{static_cast<duration::rep>(static_cast<double>(cost.count()) * factor_)};
  }

 private:
  double factor_;
};

}  // namespace

fault_family cpu_spike_family() {
  return {"cpu_spike",
          "Somebody else takes the processor: every computation takes longer.",
          scope::workers,
          {{"factor", unit::number, 10, 1, 1000, "as long as usual"}},
          [](const fault_settings& with) { return std::make_unique<cpu_spike>(with); }};
}

}  // namespace troupe::chaos
