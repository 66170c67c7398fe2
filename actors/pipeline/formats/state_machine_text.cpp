// The state machine as Graphviz reads it.

#include <algorithm>

#include "actors/pipeline/formats/state_machine.hpp"
#include "actors/pipeline/parser/export_text.hpp"

namespace troupe {

std::string to_dot(const state_machine& machine, const format& what, std::string_view title) {
  std::string text = "digraph " + quoted(title) + " {\n";
  text +=
      "  label=" +
      quoted(std::to_string(machine.messages) + " messages in " + std::to_string(machine.flows) +
             " flows, " + std::to_string(machine.rare) + " of them rare and left out") +
      ";\n  rankdir=LR;\n  node [shape=circle];\n";
  for (std::uint32_t state = 0; state < machine.states; ++state) {
    text += "  " + std::to_string(state) +
            " [label=" + quoted(state == 0 ? "start" : std::to_string(state));
    if (machine.ends[state] > 0)
      text += ", shape=doublecircle, tooltip=" +
              quoted(std::to_string(machine.ends[state]) + " flows end here");
    text += "];\n";
  }
  for (const auto& edge : machine.edges) {
    std::string label(to_string(edge.dir));
    label += ' ';
    label += edge.type < what.types.size() ? what.types[edge.type].name : "unknown";
    text += "  " + std::to_string(edge.from) + " -> " + std::to_string(edge.to) +
            " [label=" + quoted(label + " (" + std::to_string(edge.seen) + ')') +
            (edge.dir == direction::server_to_client ? ", style=dashed" : "") + "];\n";
  }
  return text + "}\n";
}

}  // namespace troupe
