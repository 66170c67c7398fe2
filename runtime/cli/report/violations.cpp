#include <algorithm>

#include "runtime/cli/report/group_report.hpp"
#include "runtime/cli/report/table.hpp"
#include "runtime/cli/report/words.hpp"
#include "runtime/wire/text.hpp"

namespace troupe::cli {
namespace {

constexpr std::size_t most_rows = 10;  // unless everything is asked for

// Where an analyst finds the message: its packet or line.
std::string place_of(const traffic_group& input, std::uint32_t message) {
  if (message >= input.messages.size() || input.messages[message].source == 0) {
    return "message " + std::to_string(message + 1);
  }
  return (input.l4 == transport::none ? "line " : "packet ") +
         std::to_string(input.messages[message].source);
}

std::string rest_line(std::uint64_t count, const style& look) {
  if (count == 0) return {};
  return "  " + paint(look, ink::dim, "and " + counted(count, "more")) + '\n';
}

std::string parse_failures(const group_view& view, const parse_report& parse, const style& look) {
  if (parse.failures.empty()) return {};
  table rows({{"where"}, {"offset", true}, {"field", false, true}, {"reason", false, true}});
  const auto shown =
      look.everything ? parse.failures.size() : std::min(parse.failures.size(), most_rows);
  for (std::size_t at = 0; at < shown; ++at) {
    const auto& [message, error] = parse.failures[at];
    rows.add({{place_of(*view.input, message)},
              {std::to_string(error.offset)},
              {wire::clean_text(error.path), ink::strong},
              {wire::clean_text(error.reason)}});
  }
  const auto failed = parse.messages - std::min(parse.parsed, parse.messages);
  return heading("Messages that do not fit", counted(failed, "message"), look) +
         rows.text(look, 2) + rest_line(failed - std::min<std::uint64_t>(shown, failed), look);
}

std::string levels_text(const validation& checked) {
  static constexpr std::array levels{validation_level::basic, validation_level::standard,
                                     validation_level::strict, validation_level::enterprise};
  std::string out;
  for (std::size_t at = 0; at < levels.size(); ++at) {
    const auto count = checked.violations_by_level.at(at);
    if (count == 0) continue;
    out += (out.empty() ? "" : ", ") + std::to_string(count) + " " +
           std::string(to_string(levels.at(at)));
  }
  return out;
}

std::string broken_rules(const group_view& view, const validation& checked, const style& look) {
  if (checked.violations.empty()) return {};
  table rows(
      {{"where"}, {"offset", true}, {"level"}, {"field", false, true}, {"reason", false, true}});
  const auto shown =
      look.everything ? checked.violations.size() : std::min(checked.violations.size(), most_rows);
  for (std::size_t at = 0; at < shown; ++at) {
    const auto& one = checked.violations[at];
    rows.add({{place_of(*view.input, one.message)},
              {std::to_string(one.offset)},
              {std::string(to_string(one.level))},
              {wire::clean_text(one.path), ink::strong},
              {wire::clean_text(one.reason)}});
  }
  std::uint64_t total = 0;
  for (const auto count : checked.violations_by_level) total += count;
  return heading("Violations", levels_text(checked), look) + rows.text(look, 2) +
         rest_line(total - std::min<std::uint64_t>(shown, total), look);
}

}  // namespace

std::string violations_section(const group_view& view, const style& look) {
  std::string out;
  const auto& found = view.result->found;
  if (found.parse) out += parse_failures(view, *found.parse, look);
  if (found.validity) out += broken_rules(view, *found.validity, look);
  return out;
}

}  // namespace troupe::cli
