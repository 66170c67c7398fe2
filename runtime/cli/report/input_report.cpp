#include "runtime/cli/report/input_report.hpp"

#include "runtime/cli/report/group_report.hpp"
#include "runtime/cli/report/table.hpp"
#include "runtime/cli/report/words.hpp"
#include "runtime/wire/text.hpp"

namespace troupe::cli {

group_summary_row summary_of(const wire::group_answer& group) {
  group_summary_row row;
  row.input = group.input;
  const auto* result = std::get_if<discovery_result_ptr>(&group.outcome);
  if (result == nullptr) {
    const auto code = std::get<failure>(group.outcome).code;
    row.state = code == errc::cancelled           ? "not looked at"
                : code == errc::deadline_exceeded ? "too late"
                                                  : "no result";
    return row;
  }
  if (*result == nullptr) {
    row.state = "no payload";
    return row;
  }
  row.has_result = true;
  const auto& found = (*result)->found;
  if (found.protocol && found.protocol->overall.label) {
    row.protocol = wire::clean_text(*found.protocol->overall.label);
    row.protocol_confidence = found.protocol->overall.confidence;
  }
  if (found.grammar) {
    row.types = found.grammar->types.size();
    row.format_confidence = found.grammar->confidence;
  }
  row.state = time_span((*result)->took) + ((*result)->partial ? ", partial" : "");
  return row;
}

std::string input_header(const std::string& path, const ingest_report& input,
                         const std::vector<traffic_group_ptr>& groups, const style& look) {
  std::string links;
  for (const auto& name : input.link_types) links += (links.empty() ? "" : ", ") + name;
  const bool has_lines = input.link_types.empty() && input.format.find("pcap") == std::string::npos;
  std::string facts = input.format + (links.empty() ? "" : " (" + links + ")") + ", " +
                      counted(input.packets, has_lines ? "line" : "packet") + ", " +
                      byte_count(input.bytes) + ", " + counted(groups.size(), "group");
  return paint(look, ink::strong, wire::clean_text(path == "-" ? "standard input" : path)) + "  " +
         wire::clean_text(facts) + '\n';
}

std::string group_summary(const std::vector<group_summary_row>& rows, const style& look) {
  if (rows.empty() || (rows.size() == 1 && rows.front().has_result)) return {};
  table groups({{"group", false, true},
                {"flows", true, false},
                {"messages", true, false},
                {"bytes", true, false},
                {"protocol", false, true},
                {"sure", true, false},
                {"types", true, false},
                {"sure", true, false},
                {"took", false, true}});
  for (const auto& row : rows) {
    cell protocol{row.has_result ? "unknown" : "", ink::dim};
    cell protocol_sure;
    if (!row.protocol.empty()) {
      protocol = {row.protocol, ink::strong};
      protocol_sure = {percent(row.protocol_confidence), judged(row.protocol_confidence)};
    }
    cell types;
    cell format_sure;
    if (row.types > 0) {
      types.text = std::to_string(row.types);
      format_sure = {percent(row.format_confidence), judged(row.format_confidence)};
    }
    groups.add({{wire::clean_text(row.input->name), ink::strong},
                {std::to_string(row.input->flows.size())},
                {std::to_string(row.input->messages.size())},
                {byte_count(row.input->bytes.size())},
                protocol,
                protocol_sure,
                types,
                format_sure,
                {row.state, row.has_result ? ink::plain : ink::doubtful}});
  }
  return heading("Groups of this input", "", look) + groups.text(look, 2);
}

std::string problem_line(const failure& problem, const style& look) {
  std::string out = "\n";
  for (const auto& part : wrapped("incomplete: " + wire::clean_text(problem.what), look.width)) {
    out += paint(look, ink::bad, part) + '\n';
  }
  return out;
}

}  // namespace troupe::cli
