#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/runtime/cli/cli_run.hpp"

namespace troupe::cli {
namespace {

using nlohmann::json;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

json format_in(const std::string& path) {
  return json::parse(content_of(path))["results"][0]["result"]["format"];
}

TEST(stored_format, refining_by_the_same_kind_of_messages_keeps_version_and_identity) {
  const temporary_folder folder;
  const auto first = folder.write("a.jsonl", example_lines(60));
  const auto stored = folder.path("a.json");
  const auto refined = folder.path("b.json");
  ASSERT_EQ(run_cli({"discover", "--format", "json", "-o", stored, first}).code, exit_code::done);
  const auto did =
      run_cli({"discover", "--refine", stored, "--format", "json", "-o", refined, first});
  ASSERT_EQ(did.code, exit_code::done) << did.err;
  EXPECT_EQ(format_in(refined)["version"], format_in(stored)["version"]);
  EXPECT_EQ(format_in(refined)["identity"], format_in(stored)["identity"]);
  EXPECT_EQ(format_in(refined)["ends"]["seen"], "120");
  const auto same = run_cli({"diff", stored, refined});
  EXPECT_EQ(same.code, exit_code::done);
  EXPECT_TRUE(has(same.out, "the same, version 1 -> 1")) << same.out;
}

TEST(stored_format, a_message_of_a_new_type_is_told_and_raises_the_version) {
  const temporary_folder folder;
  const auto first = folder.write("a.jsonl", example_lines(60));
  const auto stored = folder.path("a.json");
  const auto refined = folder.path("b.json");
  ASSERT_EQ(run_cli({"discover", "--format", "json", "-o", stored, first}).code, exit_code::done);
  std::string lines;
  for (int i = 0; i < 12; ++i)
    lines += R"({"hex": "99887766554433221100", "direction": "c2s", "t": 1, "flow": 0})"
             "\n";
  const auto news = folder.write("news.jsonl", lines);
  const auto did =
      run_cli({"discover", "--refine", stored, "--format", "json", "-o", refined, news});
  ASSERT_EQ(did.code, exit_code::done) << did.err;
  EXPECT_TRUE(has(did.err, "news")) << did.err;
  EXPECT_EQ(format_in(refined)["version"], 2);
  const auto text = run_cli({"diff", stored, refined});
  EXPECT_EQ(text.code, exit_code::differs);
  EXPECT_TRUE(has(text.out, "version 1 -> 2")) << text.out;
  const auto as_json = json::parse(run_cli({"diff", "--format", "json", stored, refined}).out);
  EXPECT_FALSE(as_json["groups"][0]["changes"].empty());
}

TEST(stored_format, a_file_without_a_format_is_refused_by_name) {
  const temporary_folder folder;
  const auto lines = folder.write("a.jsonl", example_lines(20));
  const auto refused = run_cli({"discover", "--refine", lines, lines});
  EXPECT_EQ(refused.code, exit_code::usage);
  EXPECT_TRUE(has(refused.err, "a.jsonl")) << refused.err;
  const auto diff = run_cli({"diff", folder.path("missing.json"), lines});
  EXPECT_EQ(diff.code, exit_code::bad_input);
  EXPECT_TRUE(has(diff.err, "missing.json"));
}

TEST(stored_format, a_group_without_a_stored_format_is_told_and_the_others_are_refined) {
  const temporary_folder folder;
  const std::string capture = TROUPE_SOURCE_DIR "/tests/captures/dns.pcap";
  const auto stored = folder.path("a.json");
  ASSERT_EQ(
      run_cli({"discover", "--format", "json", "--group", "UDP/15353", "-o", stored, capture}).code,
      exit_code::done);
  const auto did = run_cli({"discover", "--refine", stored, capture});
  EXPECT_EQ(did.code, exit_code::some_refused);
  EXPECT_TRUE(has(did.err, "TCP/15353: no stored format is of this group")) << did.err;
  EXPECT_TRUE(has(did.out, "UDP/15353")) << did.out;
}

TEST(stored_format, refining_takes_one_file) {
  const temporary_folder folder;
  const auto lines = folder.write("a.jsonl", example_lines(20));
  EXPECT_EQ(run_cli({"discover", "--refine", lines, lines, lines}).code, exit_code::usage);
}

TEST(exports, the_grammar_the_states_and_the_scapy_module_are_written) {
  const temporary_folder folder;
  const auto lines = folder.write("a.jsonl", example_lines(40));
  EXPECT_TRUE(has(run_cli({"discover", "--format", "grammar", lines}).out, "format a: binary"));
  EXPECT_TRUE(has(run_cli({"discover", "--format", "dot", lines}).out, "digraph \"a\""));
  EXPECT_TRUE(has(run_cli({"discover", "--format", "scapy", lines}).out, "class A(Message)"));
  EXPECT_TRUE(has(run_cli({"discover", lines}).out, "Order of messages"));
}

}  // namespace
}  // namespace troupe::cli
