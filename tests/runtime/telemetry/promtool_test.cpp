#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "tests/runtime/telemetry/all_metrics.hpp"

namespace troupe {
namespace {

struct outcome {
  int exit_code = -1;
  std::string output;
};

outcome run(const std::string& command) {
  outcome result;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return result;
  std::array<char, 4096> buffer{};
  while (const auto size = fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.output.append(buffer.data(), size);
  }
  result.exit_code = WEXITSTATUS(pclose(pipe));
  return result;
}

}  // namespace

TEST(promtool, accepts_every_metric_of_the_product) {
  if (run("command -v promtool").exit_code != 0) {
    GTEST_SKIP() << "promtool is absent; it is in Debian's package prometheus";
  }
  metrics all;
  define_all(all);
  const auto file = testing::TempDir() + "troupe_metrics_" + std::to_string(getpid());
  std::ofstream(file) << all.text();
  const auto checked = run("promtool check metrics < " + file);
  std::remove(file.c_str());
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
  EXPECT_EQ(checked.output, "");
}

}  // namespace troupe
