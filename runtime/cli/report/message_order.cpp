#include <algorithm>

#include "actors/pipeline/formats/state_machine.hpp"
#include "runtime/cli/report/group_report.hpp"
#include "runtime/cli/report/words.hpp"
#include "runtime/wire/text.hpp"

namespace troupe::cli {

std::string order_section(const group_view& view, const style& look) {
  constexpr std::size_t most_lines = 16;
  const auto& grammar = view.result->found.grammar;
  if (!grammar || grammar->types.size() < 2) return {};
  const auto machine = infer_state_machine(*grammar, *view.input);
  const auto lines = to_lines(machine, *grammar);
  const std::size_t shown = look.everything ? lines.size() : std::min(lines.size(), most_lines);
  auto remark = counted(machine.states, "state") + ", " + counted(lines.size(), "transition");
  if (machine.rare > 0) remark += ", " + counted(machine.rare, "message") + " left out as rare";
  auto out = heading("Order of messages", remark, look);
  for (std::size_t at = 0; at < shown; ++at)
    out += "  " + cut(wire::clean_text(lines[at]), look.width - 2) + '\n';
  if (shown < lines.size())
    out += "  " +
           paint(look, ink::dim,
                 "and " + std::to_string(lines.size() - shown) + " more (--full shows all)") +
           '\n';
  return out;
}

}  // namespace troupe::cli
