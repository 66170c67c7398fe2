#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "runtime/node.hpp"
#include "tests/runtime/cli/cli_run.hpp"

namespace troupe::cli {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(cache_command, what_a_running_node_remembers_becomes_a_file_to_begin_with) {
  const temporary_folder folder;
  const auto file = folder.path("answers.cache");
  {
    options settings;
    settings.log.level = "off";
    settings.models.classifier.clear();
    settings.http.enabled = true;
    settings.http.port = 0;
    settings.config_folder = TROUPE_SOURCE_DIR "/config";
    const node running(settings);
    const auto url = "http://127.0.0.1:" + std::to_string(running.http_port());
    const auto did = run_cli({"cache", "save", url + "/", "--to", file});
    EXPECT_EQ(did.code, exit_code::done) << did.err;
    EXPECT_TRUE(has(did.out, "answers.cache: 0 answers, 64 bytes")) << did.out;
    const auto full = run_cli({"cache", "save", url, "--to", "/dev/full"});
    EXPECT_EQ(full.code, exit_code::bad_input);
    EXPECT_TRUE(has(full.err, "cannot write /dev/full")) << full.err;
  }
  const auto warmed =
      run_cli({"node", "--set", "http.port=0", "--set", "log.file=/dev/null", "--warm-from", file});
  EXPECT_EQ(warmed.code, exit_code::done) << warmed.err;
}

TEST(cache_command, a_node_that_is_not_there_is_named_and_nothing_is_written) {
  const temporary_folder folder;
  const auto file = folder.write("answers.cache", "as it was");
  const auto did = run_cli({"cache", "save", "http://127.0.0.1:1", "--to", file});
  EXPECT_EQ(did.code, exit_code::bad_input);
  EXPECT_TRUE(has(did.err, "http://127.0.0.1:1/v1/cache/entries?from=0: ")) << did.err;
  std::ifstream kept(file);
  std::string text;
  std::getline(kept, text);
  EXPECT_EQ(text, "as it was");
}

}  // namespace
}  // namespace troupe::cli
