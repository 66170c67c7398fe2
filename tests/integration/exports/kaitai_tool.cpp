#include <filesystem>
#include <nlohmann/json.hpp>

#include "actors/pipeline/parser/kaitai_export.hpp"
#include "actors/pipeline/parser/parser.hpp"
#include "tests/integration/exports/tools.hpp"

namespace troupe {
namespace {

using nlohmann::json;

const std::string source_folder = TROUPE_SOURCE_DIR "/tests/integration/exports";

/// Installs the compiler and runtime that package-lock.json names, once for a build folder.
std::string module_folder() {
  const std::filesystem::path folder = std::filesystem::path(TROUPE_BINARY_DIR) / "exports_modules";
  std::filesystem::create_directories(folder);
  run_tool("flock '" + folder.string() + "/lock' sh '" + source_folder + "/install.sh' '" +
           source_folder + "' '" + folder.string() + "' 1>&2");
  return folder.string();
}

std::string input_of(const std::vector<export_case>& cases) {
  std::string lines;
  for (const auto& each : cases) {
    json one{{"ksy", to_kaitai(each.what, each.name)}, {"messages", json::array()}};
    for (const auto& sample : each.samples)
      one["messages"].push_back({{"hex", hex_of(sample.bytes)},
                                 {"server_to_client", sample.dir == direction::server_to_client}});
    lines += one.dump() + '\n';
  }
  return lines;
}

tool_verdict judged(const export_case& each, const json& answer) {
  tool_verdict verdict;
  verdict.messages = each.samples.size();
  if (answer.contains("error")) {
    verdict.difference = answer["error"].dump() + to_kaitai(each.what, each.name);
    return verdict;
  }
  const parser machine(each.what);
  for (std::size_t i = 0; i < each.samples.size(); ++i) {
    const auto& sample = each.samples[i];
    const auto ours = machine.parse(sample.bytes, sample.dir);
    if (ours.error) continue;
    ++verdict.compared;
    auto expected = json::array();
    for (const auto& leaf : ours.fields) expected.push_back({leaf.offset, leaf.size});
    const auto& read = answer["messages"][i];
    if (read == expected) {
      ++verdict.equal;
    } else if (verdict.difference.empty()) {
      verdict.difference = "message " + std::to_string(i) + ' ' + hex_of(sample.bytes) + "\nread " +
                           read.dump() + "\nours " + expected.dump() + '\n' +
                           to_kaitai(each.what, each.name);
    }
  }
  return verdict;
}

}  // namespace

std::vector<tool_verdict> through_kaitai(const std::vector<export_case>& cases,
                                         const std::string& folder) {
  write_file(folder + "/cases", input_of(cases));
  const auto answers = run_tool("node '" + source_folder + "/kaitai_driver.js' '" +
                                module_folder() + "' < '" + folder + "/cases'");
  return judge_lines(cases, answers, [](const export_case& each, const std::string& line) {
    return judged(each, json::parse(line));
  });
}

}  // namespace troupe
