#include "tests/integration/exports/tools.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>

namespace troupe {

std::vector<tool_verdict> judge_lines(
    const std::vector<export_case>& cases, const std::string& lines,
    const std::function<tool_verdict(const export_case&, const std::string&)>& judge) {
  std::istringstream answers(lines);
  std::vector<tool_verdict> verdicts;
  std::string line;
  for (const auto& each : cases) {
    if (!std::getline(answers, line)) throw std::runtime_error("the driver stopped early");
    verdicts.push_back(judge(each, line));
  }
  return verdicts;
}

void expect_equal(const std::vector<export_case>& cases, tool through, const std::string& folder) {
  const auto verdicts = through(cases, fresh_folder(folder));
  std::size_t messages = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE(cases[i].name);
    EXPECT_EQ(verdicts[i].difference, "");
    EXPECT_EQ(verdicts[i].equal, verdicts[i].compared);
    messages += verdicts[i].equal;
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(messages, 0U);
  std::printf("%zu formats, %zu messages with equal leaves\n", cases.size(), messages);
}

}  // namespace troupe
