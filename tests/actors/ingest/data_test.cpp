// Real captures with known flows, where the shared data is at hand.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "tests/actors/ingest/ingest_reading.hpp"

namespace troupe::test {
namespace {

const std::filesystem::path data = TROUPE_SOURCE_DIR "/../shared/data";

using flow_name = std::tuple<std::string, std::string, std::string>;  // l4, ends sorted as text

std::map<std::string, std::set<flow_name>> labelled_flows() {
  std::map<std::string, std::set<flow_name>> found;
  std::ifstream table(data / "classification/flows.tsv");
  for (std::string row; std::getline(table, row);) {
    std::vector<std::string> cells;
    std::istringstream in(row);
    for (std::string cell; std::getline(in, cell, '\t');) cells.push_back(cell);
    if (cells.size() > 6 && cells[6] == "A") {
      found[cells[0]].emplace(cells[1], std::min(cells[2], cells[3]), std::max(cells[2], cells[3]));
    }
  }
  return found;
}

TEST(captures, every_one_ends_in_a_result_or_a_refusal_by_name_and_all_labelled_flows_are_found) {
  const auto folder = data / "classification/pcap";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not here";
  const auto labelled = labelled_flows();
  std::size_t files = 0;
  std::size_t refused = 0;
  std::size_t matched = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    ++files;
    const auto name = entry.path().filename().string();
    const auto answer = read_file(entry.path().string(), {});
    if (const auto* failed = std::get_if<failure>(&answer)) {
      ++refused;
      EXPECT_NE(failed->what.find("link type"), std::string::npos) << failed->what;
      continue;
    }
    std::set<flow_name> found;
    for (const auto& group : std::get<ingest_result>(answer).groups) {
      for (const auto& flow : group->flows) {
        found.emplace(transport_name(*group), std::min(flow.client, flow.server),
                      std::max(flow.client, flow.server));
      }
    }
    const auto wanted = labelled.find(name);
    if (wanted == labelled.end()) continue;
    for (const auto& one : wanted->second) {
      EXPECT_TRUE(found.contains(one))
          << name << ": " << std::get<0>(one) << " " << std::get<1>(one) << " " << std::get<2>(one);
      matched += found.contains(one) ? 1U : 0U;
    }
  }
  EXPECT_EQ(files, 357U);
  EXPECT_EQ(refused, 2U);  // radiotap and PPI
  EXPECT_EQ(matched, 1482U);
}

TEST(texts, every_message_of_the_discovery_data_is_read) {
  const auto folder = data / "discovery";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not here";
  std::size_t messages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".gz") continue;
    const auto answer = read_file(entry.path().string(), {});
    ASSERT_TRUE(std::holds_alternative<ingest_result>(answer)) << entry.path();
    const auto& result = std::get<ingest_result>(answer);
    EXPECT_TRUE(result.report.refused.empty()) << entry.path();
    for (std::size_t i = 0; i < result.groups[0]->messages.size(); ++i) {
      ASSERT_EQ(result.groups[0]->messages[i].source, i + 1);
    }
    messages += result.groups[0]->messages.size();
  }
  EXPECT_EQ(messages, 14'211U);
}

}  // namespace
}  // namespace troupe::test
