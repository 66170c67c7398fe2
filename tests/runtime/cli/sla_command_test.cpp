#include <gtest/gtest.h>

#include "runtime/node.hpp"
#include "tests/runtime/cli/cli_run.hpp"

namespace troupe::cli {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

options serving() {
  options settings;
  settings.log.level = "off";
  settings.models.classifier.clear();
  settings.config_folder = TROUPE_SOURCE_DIR "/config";
  settings.http.enabled = true;
  settings.http.port = 0;
  settings.node.name = "anna";
  return settings;
}

TEST(sla_command, reports_of_a_running_node_and_of_what_was_saved) {
  const temporary_folder folder;
  const auto saved = folder.path("sla.json");
  {
    const node running(serving());
    const auto url = "http://127.0.0.1:" + std::to_string(running.http_port());
    const auto did = run_cli({"sla", "report", url + "/"});
    EXPECT_EQ(did.code, exit_code::done) << did.err;
    EXPECT_TRUE(has(did.out, "anna, 20")) << did.out;
    EXPECT_TRUE(has(did.out, "\nanswered_in_time: ok\n")) << did.out;
    const auto kept = run_cli({"sla", "report", url, "--format", "json", "--output", saved});
    EXPECT_EQ(kept.code, exit_code::done) << kept.err;
  }
  const auto page = run_cli({"sla", "report", saved, "--format", "html"});
  EXPECT_EQ(page.code, exit_code::done) << page.err;
  EXPECT_TRUE(has(page.out, "<svg")) << page.out;
}

TEST(sla_command, says_what_is_wrong_and_where) {
  const temporary_folder folder;
  const auto nobody = run_cli({"sla", "report", "http://127.0.0.1:1"});
  EXPECT_EQ(nobody.code, exit_code::bad_input);
  EXPECT_TRUE(has(nobody.err, "http://127.0.0.1:1/v1/sla: ")) << nobody.err;
  EXPECT_TRUE(has(nobody.err, "is a node running there")) << nobody.err;
  const auto missing = run_cli({"sla", "report", folder.path("none.json")});
  EXPECT_EQ(missing.code, exit_code::bad_input);
  EXPECT_TRUE(has(missing.err, "none.json: cannot be read")) << missing.err;
  const auto other = run_cli({"sla", "report", folder.write("x.json", "{}")});
  EXPECT_EQ(other.code, exit_code::bad_input);
  EXPECT_TRUE(has(other.err, "x.json: is no report of objectives")) << other.err;
}

TEST(sla_command, a_full_disk_under_the_rules_is_told) {
  const auto did = run_cli({"sla", "rules", "--output", "/dev/full"});
  EXPECT_EQ(did.code, exit_code::bad_input);
  EXPECT_TRUE(has(did.err, "/dev/full: cannot be written")) << did.err;
}

TEST(sla_command, rules_are_those_of_the_configured_objectives) {
  const auto did = run_cli({"sla", "rules", "--set", "objectives.memory.enabled=false"});
  EXPECT_EQ(did.code, exit_code::done) << did.err;
  EXPECT_TRUE(has(did.out, "name: troupe_objective_answered_in_time")) << did.out;
  EXPECT_FALSE(has(did.out, "troupe_objective_memory")) << did.out;
}

}  // namespace
}  // namespace troupe::cli
