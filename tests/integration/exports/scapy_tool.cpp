#include <nlohmann/json.hpp>

#include "actors/pipeline/parser/numbers.hpp"
#include "actors/pipeline/parser/parser.hpp"
#include "actors/pipeline/parser/scapy_export.hpp"
#include "tests/integration/exports/tools.hpp"

namespace troupe {
namespace {

using nlohmann::json;

std::string module_of(const export_case& each) { return to_scapy(each.what, each.name, {}); }

/// Whether Scapy has the leaf as the parser does; where it sees an integer, that of the bytes.
bool is_same(const json& read, const parsed_field& ours, const packet_bytes& message) {
  if (read[0] != ours.offset || read[1] != ours.size) return false;
  if (read[2].is_null()) return true;
  const auto bytes = std::span(message).subspan(ours.offset, ours.size);
  return read[2] == read_number(bytes, ours.order);
}

bool are_same(const json& read, const parsed_message& ours, const packet_bytes& message) {
  if (read["leaves"].size() != ours.fields.size() || !read["again"]) return false;
  for (std::size_t i = 0; i < ours.fields.size(); ++i)
    if (!is_same(read["leaves"][i], ours.fields[i], message)) return false;
  return read["problem"].is_null() != ours.error.has_value();
}

tool_verdict judged(const export_case& each, const json& answer) {
  tool_verdict verdict;
  verdict.messages = each.samples.size();
  if (answer.contains("error")) {
    verdict.difference = answer["error"].dump() + module_of(each);
    return verdict;
  }
  const parser machine(each.what);
  for (std::size_t i = 0; i < each.samples.size(); ++i) {
    const auto& sample = each.samples[i];
    ++verdict.compared;
    const auto ours = machine.parse(sample.bytes, sample.dir);
    if (are_same(answer["messages"][i], ours, sample.bytes)) {
      ++verdict.equal;
    } else if (verdict.difference.empty()) {
      verdict.difference = "message " + std::to_string(i) + ' ' + hex_of(sample.bytes) + "\nread " +
                           answer["messages"][i].dump() + "\nours";
      for (const auto& leaf : ours.fields)
        verdict.difference += " [" + std::to_string(leaf.offset) + ", " +
                              std::to_string(leaf.size) +
                              (leaf.order == byte_order::big ? ", big]" : ", little]");
      verdict.difference += '\n' + module_of(each);
    }
  }
  return verdict;
}

}  // namespace

std::vector<tool_verdict> through_scapy(const std::vector<export_case>& cases,
                                        const std::string& folder) {
  std::string lines;
  for (const auto& each : cases) {
    json one{{"module", module_of(each)}, {"messages", json::array()}};
    for (const auto& sample : each.samples)
      one["messages"].push_back({{"hex", hex_of(sample.bytes)},
                                 {"server_to_client", sample.dir == direction::server_to_client}});
    lines += one.dump() + '\n';
  }
  write_file(folder + "/cases", lines);
  const auto answers = run_tool("/usr/bin/python3 '" TROUPE_SOURCE_DIR
                                "/tests/integration/exports/scapy_driver.py' < '" +
                                folder + "/cases'");
  return judge_lines(cases, answers, [](const export_case& each, const std::string& line) {
    return judged(each, json::parse(line));
  });
}

}  // namespace troupe
