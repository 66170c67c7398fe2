#include "tests/integration/exports/tools.hpp"

#include <gtest/gtest.h>

namespace troupe {

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
