#include <stdexcept>

#include "chaos/simulator/simulated_world.hpp"

// What the stages of a simulated world compute, and what it costs them.

namespace troupe::chaos {

stage_table simulated_world::stages_of(std::uint32_t node) {
  stage_table out;
  for (const auto which : all_stages) {
    const place where{node, "compute/" + std::string(to_string(which)) + "/workers",
                      actor_kind::worker};
    out[static_cast<std::size_t>(which)] = [this, which, where, here = faults_at(where)](
                                               const stage_input& input, findings& found,
                                               bool& cut_short) {
      auto cost =
          with_.costs->draw(which, input.context.effort, input.traffic.messages.size(), costs_);
      if (disturbed()) cost = stretched(where, here, cost);
      sim_.compute(cost);
      computed_[&input.traffic] = sim_.now();
      return run_stage(which, input, found, cut_short);
    };
  }
  return out;
}

failure simulated_world::run_stage(stage which, const stage_input& input, findings& found,
                                   bool& cut_short) {
  if (sim_.take_doom()) throw std::runtime_error("injected crash");
  if (with_.stages == stages_are::real) {
    return (*with_.real_stages)[static_cast<std::size_t>(which)](input, found, cut_short);
  }
  const auto& known = inputs_.at(input.traffic).modelled;
  switch (which) {
    case stage::statistics: found.stats = known.stats; break;
    case stage::grammar: found.grammar = known.grammar; break;
    case stage::parser: found.parse = known.parse; break;
    case stage::classifier: found.protocol = known.protocol; break;
    case stage::validator: found.validity = known.validity; break;
  }
  return {};
}

}  // namespace troupe::chaos
