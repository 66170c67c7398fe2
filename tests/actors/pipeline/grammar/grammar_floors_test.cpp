// The floors that the inferred formats must keep on the labelled messages, judged by the scorer
// that judges the product. Both lie outside the repository.

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace {

namespace fs = std::filesystem;

TEST(grammar_floors, formats_of_the_labelled_protocols_stay_above_their_floors) {
  const fs::path shared = fs::path(TROUPE_SOURCE_DIR) / "../shared";
  const auto truth = shared / "data/discovery";
  const auto scorer = shared / "tools/score_discovery.py";
  for (const auto& needed : {truth, scorer}) {
    if (!fs::exists(needed)) GTEST_SKIP() << needed << " is absent";
  }
  if (std::system("python3 --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "python3 is absent";
  const auto folder = fs::temp_directory_path() / ("grammar_floors." + std::to_string(getpid()));
  fs::create_directories(folder);
  const auto result = folder / "result.json";
  const auto report = folder / "report.json";
  const auto infer =
      std::string(TROUPE_GRAMMAR_SCORE) + ' ' + truth.string() + " > " + result.string();
  ASSERT_EQ(std::system(infer.c_str()), 0);
  const auto judge = "python3 " + scorer.string() + " --truth " + truth.string() + " --result " +
                     result.string() + " --json " + report.string();
  ASSERT_EQ(std::system(judge.c_str()), 0);
  std::ifstream in(report);
  const auto overall = nlohmann::json::parse(in).at("result").at("overall");
  EXPECT_GE(overall.at("f1"), 0.755);
  EXPECT_LE(overall.at("fpr"), 0.08);
  EXPECT_GE(overall.at("fms"), 0.75);
  EXPECT_GE(overall.at("perfection"), 0.585);
  EXPECT_GE(overall.at("v"), 0.815);
  fs::remove_all(folder);
}

}  // namespace
