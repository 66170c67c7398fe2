#include <algorithm>

#include "runtime/cli/report/group_report.hpp"
#include "runtime/cli/report/words.hpp"
#include "runtime/wire/text.hpp"

namespace troupe::cli {
namespace {

constexpr std::size_t name_width = 12;
constexpr std::size_t time_width = 9;
constexpr std::size_t state_width = 10;

double share(duration part, duration whole) {
  return whole.count() <= 0
             ? 0
             : static_cast<double>(part.count()) / static_cast<double>(whole.count());
}

ink ink_of(stage_report::outcome state) {
  switch (state) {
    case stage_report::outcome::done: return ink::good;
    case stage_report::outcome::cut_short:
    case stage_report::outcome::skipped: return ink::doubtful;
    case stage_report::outcome::failed:
    case stage_report::outcome::late: return ink::bad;
  }
  return ink::plain;
}

std::string state_text(stage_report::outcome state) {
  return state == stage_report::outcome::cut_short ? "cut short" : std::string(to_string(state));
}

// A bar that begins where the stage began.
std::string stage_bar(const stage_report& one, duration scale, std::size_t width,
                      const style& look) {
  if (one.state == stage_report::outcome::skipped) return std::string(width, ' ');
  const auto columns = static_cast<double>(width);
  const auto start =
      std::min(width - 1, static_cast<std::size_t>(share(one.started, scale) * columns));
  const std::size_t room = width - start;
  // Everything that ran is seen: at least one eighth of a column.
  const double filled = std::max(share(one.took, scale) * columns / static_cast<double>(room),
                                 0.13 / static_cast<double>(room));
  return std::string(start, ' ') + paint(look, ink_of(one.state), bar(look, filled, room));
}

}  // namespace

std::string time_section(const discovery_result& result, const style& look) {
  // Against the deadline where that leaves something to see; else against the time that it took.
  const bool by_deadline = share(result.took, result.budget) > 0.2;
  const auto scale = by_deadline ? std::max(result.budget, result.took) : result.took;
  const auto used = "used " + percent(share(result.took, result.budget)) + " of the deadline of " +
                    time_span(result.budget);
  auto out = heading("Time", used, look);
  const std::size_t width = look.width - 2 - name_width - time_width - 2 - state_width - 2;
  for (const auto& one : result.stages) {
    const bool ran = one.state != stage_report::outcome::skipped;
    out += "  " + fitted(to_string(one.which), name_width) + stage_bar(one, scale, width, look) +
           "  " + right_aligned(ran ? time_span(one.took) : "", time_width) + "  " +
           paint(look, ink_of(one.state), state_text(one.state)) + '\n';
    if (!one.why.empty()) {
      for (const auto& part : wrapped(wire::clean_text(one.why), look.width - 2 - name_width)) {
        out += std::string(2 + name_width, ' ') + paint(look, ink::dim, part) + '\n';
      }
    }
  }
  const auto total =
      by_deadline ? "0 .. " + time_span(scale) + " (deadline " + time_span(result.budget) + ")"
                  : "0 .. " + time_span(scale);
  return out + std::string(2 + name_width, ' ') + paint(look, ink::dim, total) + '\n';
}

}  // namespace troupe::cli
