// Every labelled protocol through the real tools: what they read is what the parser reads. The
// messages lie outside the repository.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/statistics/statistics.hpp"
#include "tests/actors/pipeline/grammar/labelled_traffic.hpp"
#include "tests/integration/exports/tools.hpp"
#include "tests/support/shipped_grammar.hpp"

namespace troupe {
namespace {

const std::filesystem::path labelled = TROUPE_SOURCE_DIR "/../shared/data/discovery";

std::vector<export_case> labelled_cases() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(labelled))
    if (entry.path().extension() == ".gz") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<export_case> made;
  for (const auto& file : files) {
    const auto group = test::read_labelled_traffic(file);
    const work_context work{quality_mode::accurate, 1, {}};
    export_case one{
        group.name,
        infer_format(group, compute_statistics(group, work), work, test::shipped_cuts()),
        {}};
    for (const auto& each : group.messages) {
      const auto bytes = group.payload(each);
      one.samples.push_back({{bytes.begin(), bytes.end()}, each.dir});
    }
    made.push_back(std::move(one));
  }
  return made;
}

template <class Tool>
void expect_all_equal(Tool through, const std::string& folder) {
  if (!std::filesystem::exists(labelled)) GTEST_SKIP() << labelled << " is absent";
  const auto cases = labelled_cases();
  const auto verdicts = through(cases, fresh_folder(folder));
  tool_verdict all;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto& one = verdicts[i];
    std::printf("%-10s %5zu messages, %5zu compared, %5zu equal\n", cases[i].name.c_str(),
                one.messages, one.compared, one.equal);
    EXPECT_EQ(one.equal, one.compared) << cases[i].name << ": " << one.difference.substr(0, 4'000);
    EXPECT_EQ(one.difference.substr(0, 200), "") << cases[i].name;
    all.messages += one.messages;
    all.compared += one.compared;
    all.equal += one.equal;
  }
  std::printf("%zu messages, %zu compared, %zu equal\n", all.messages, all.compared, all.equal);
  EXPECT_GT(all.equal, 0U);
}

TEST(all_protocols, kaitai_reads_the_fields_that_the_parser_reads) {
  expect_all_equal(through_kaitai, "kaitai_all_protocols");
}

TEST(all_protocols, tshark_shows_the_fields_that_the_parser_reads) {
  expect_all_equal(through_tshark, "tshark_all_protocols");
}

TEST(all_protocols, scapy_reads_the_fields_that_the_parser_reads) {
  expect_all_equal(through_scapy, "scapy_all_protocols");
}

}  // namespace
}  // namespace troupe
