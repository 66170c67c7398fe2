#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/runtime/cli/cli_run.hpp"

namespace troupe::cli {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(discover, prints_a_report_on_every_group) {
  const temporary_folder folder;
  const auto file = folder.write("thing.v2.jsonl", example_lines(60));
  const auto did = run_cli({"discover", file});
  EXPECT_EQ(did.code, exit_code::done) << did.err;
  for (const auto* part : {"thing", "60 messages", "Message types", "Sample messages", "Time"}) {
    EXPECT_TRUE(has(did.out, part)) << part << "\n" << did.out;
  }
  EXPECT_FALSE(has(did.out, "\x1b")) << "no colours outside a terminal";
}

TEST(discover, one_refused_file_does_not_keep_the_others_from_being_done) {
  const temporary_folder folder;
  const auto file = folder.write("a.jsonl", example_lines(20));
  const auto did = run_cli({"discover", folder.path("missing.pcap"), file});
  EXPECT_EQ(did.code, exit_code::some_refused);
  EXPECT_TRUE(has(did.err, "missing.pcap"));
  EXPECT_TRUE(has(did.out, "20 messages"));
}

TEST(discover, json_is_an_object_for_one_input_and_a_list_for_several) {
  const temporary_folder folder;
  const auto a = folder.write("a.jsonl", example_lines(20));
  const auto missing = folder.path("missing.pcap");
  const auto one = nlohmann::json::parse(run_cli({"discover", "--format", "json", a}).out);
  EXPECT_EQ(one["results"][0]["group"]["messages"], 20);
  EXPECT_TRUE(one["results"][0]["result"].contains("format"));
  const auto two = nlohmann::json::parse(run_cli({"discover", "--format", "json", a, missing}).out);
  ASSERT_EQ(two.size(), 2U);
  EXPECT_TRUE(two[1]["error"].contains("code"));
}

TEST(discover, score_counts_the_lines_of_the_file_from_zero) {
  const temporary_folder folder;
  // An empty line and a line that is refused still count.
  std::string lines("\n");
  lines += example_lines(3);
  lines += "{\"hex\": \"zz\"}\n";
  lines += R"({"hex": "40ff0101aa", "direction": "c2s", "t": 9, "flow": 0})";
  const auto file = folder.write("thing.v2.jsonl", lines);
  const auto did = run_cli({"discover", "--format", "score", file});
  const auto result = nlohmann::json::parse(did.out);
  EXPECT_EQ(result["protocol"], "thing");
  ASSERT_EQ(result["messages"].size(), 4U);
  EXPECT_EQ(result["messages"][0]["index"], 1);
  EXPECT_EQ(result["messages"][3]["index"], 5);
  EXPECT_EQ(result["clusters"].size(), 4U);
  EXPECT_GT(result["seconds"], 0.0);
}

TEST(discover, writes_a_parser_for_each_group_into_a_folder) {
  const temporary_folder folder;
  const auto a = folder.write("a.jsonl", example_lines(20));
  const auto b = folder.write("b.jsonl", example_lines(20));
  EXPECT_EQ(run_cli({"discover", "--format", "ksy", "-o", folder.path("k/"), a, b}).code,
            exit_code::done);
  EXPECT_TRUE(has(content_of(folder.path("k/a.ksy")), "meta:"));
  EXPECT_TRUE(has(content_of(folder.path("k/b.ksy")), "meta:"));
  EXPECT_TRUE(has(run_cli({"discover", "--format", "lua", a}).out, "Proto"));
  const auto both = run_cli({"discover", "--format", "ksy", a, b});
  EXPECT_EQ(both.code, exit_code::usage);
  EXPECT_TRUE(has(both.err, "--output")) << both.err;
}

TEST(discover, a_group_that_is_not_there_is_answered_with_those_that_are) {
  const temporary_folder folder;
  const auto file = folder.write("a.jsonl", example_lines(20));
  const auto did = run_cli({"discover", "--group", "UDP/53", file});
  EXPECT_EQ(did.code, exit_code::usage);
  EXPECT_EQ(did.err, "troupe: --group UDP/53: there is no such group, there are a\n");
  EXPECT_EQ(run_cli({"discover", "--group", "A", file}).code, exit_code::done);
}

TEST(discover, one_mistyped_group_among_several_is_named) {
  const temporary_folder folder;
  const auto a = folder.write("a.jsonl", example_lines(20));
  const auto b = folder.write("b.jsonl", example_lines(20));
  const auto did = run_cli({"discover", "--group", "a", "--group", "c", a, b});
  EXPECT_EQ(did.code, exit_code::some_refused);
  EXPECT_EQ(did.err, "troupe: --group c: there is no such group, there are a, b\n");
  // That an input has none of the groups is no mistake as long as another one has.
  const auto both = run_cli({"discover", "--group", "a", a, b});
  EXPECT_EQ(both.code, exit_code::done) << both.err;
  EXPECT_EQ(both.err, "");
}

TEST(discover, the_same_seed_gives_the_same_format) {
  const temporary_folder folder;
  const auto file = folder.write("a.jsonl", example_lines(60));
  const auto format_of = [&] {
    const auto did = run_cli({"discover", "--format", "ksy", "--seed", "7", file});
    return did.out;
  };
  EXPECT_EQ(format_of(), format_of());
}

TEST(discover, ends_quietly_when_nobody_reads) {
  const temporary_folder folder;
  const auto file = folder.write("a.jsonl", example_lines(20));
  cli_world world;
  world.reader_is_gone = true;
  const auto did = run_cli({"discover", file, file}, world);
  EXPECT_EQ(did.code, exit_code::done);
  EXPECT_TRUE(did.err.empty()) << did.err;
}

TEST(discover, colours_a_terminal) {
  const temporary_folder folder;
  const auto file = folder.write("a.jsonl", example_lines(20));
  cli_world world;
  world.out_is_terminal = true;
  EXPECT_TRUE(has(run_cli({"discover", file}, world).out, "\x1b["));
}

TEST(classify, writes_one_object_a_flow) {
  const temporary_folder folder;
  const auto file = folder.write("a.jsonl", example_lines(20));
  const auto did = run_cli({"classify", "--format", "jsonl", file});
  EXPECT_EQ(did.code, exit_code::done) << did.err;
  const auto flow = nlohmann::json::parse(did.out);
  EXPECT_EQ(flow["file"], "a.jsonl");
  for (const auto* key :
       {"l4", "endpoint_a", "endpoint_b", "label", "confidence", "packets_used"}) {
    EXPECT_TRUE(flow.contains(key)) << key;
  }
}

TEST(node, a_port_in_use_is_one_clear_line) {
  cli_world world;
  const auto did =
      run_cli({"node", "--set", "http.address=192.0.2.1", "--set", "log.level=off"}, world);
  EXPECT_EQ(did.code, exit_code::usage);
  EXPECT_TRUE(has(did.err, "192.0.2.1")) << did.err;
}

TEST(node, says_where_it_listens_and_ends_on_a_signal) {
  const auto did = run_cli({"node", "--set", "http.port=0", "--set", "log.level=off"});
  EXPECT_EQ(did.code, exit_code::done) << did.err;
  EXPECT_TRUE(has(did.out, "listens on http://127.0.0.1:")) << did.out;
}

}  // namespace
}  // namespace troupe::cli
