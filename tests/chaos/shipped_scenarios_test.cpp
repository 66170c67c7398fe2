#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "chaos/scenario/run.hpp"

namespace troupe::chaos {
namespace {

std::vector<std::string> shipped() {
  std::vector<std::string> out;
  const std::filesystem::path folder(TROUPE_SOURCE_DIR "/chaos/scenarios");
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") out.push_back(entry.path().stem().string());
  }
  std::ranges::sort(out);
  return out;
}

class a_shipped_scenario : public ::testing::TestWithParam<std::string> {};

TEST_P(a_shipped_scenario, passes) {
  const auto file = TROUPE_SOURCE_DIR "/chaos/scenarios/" + GetParam() + ".yaml";
  const auto read = load_scenario(file);
  ASSERT_TRUE(std::holds_alternative<scenario>(read)) << std::get<failure>(read).what;
  const auto& what = std::get<scenario>(read);
  EXPECT_FALSE(what.about.empty());
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto got = simulate(what, {.seed = seed});
    std::string reasons;
    for (const auto& one : got.judged.reasons) reasons += "\n  " + one;
    EXPECT_EQ(got.judged.verdict, judgement::pass) << "seed " << seed << reasons;
  }
}

INSTANTIATE_TEST_SUITE_P(all, a_shipped_scenario, ::testing::ValuesIn(shipped()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace troupe::chaos
