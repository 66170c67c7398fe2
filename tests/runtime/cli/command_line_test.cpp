#include "runtime/cli/command_line.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/runtime/cli/cli_run.hpp"

namespace troupe::cli {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(command_line, every_command_has_help_with_an_example) {
  const std::vector<std::vector<std::string>> commands{{},
                                                       {"discover"},
                                                       {"classify"},
                                                       {"node"},
                                                       {"config"},
                                                       {"config", "check"},
                                                       {"config", "show"},
                                                       {"sla"},
                                                       {"sla", "report"},
                                                       {"sla", "rules"},
                                                       {"train"},
                                                       {"train", "classifier"}};
  for (auto arguments : commands) {
    arguments.emplace_back("--help");
    const auto did = run_cli(arguments);
    EXPECT_EQ(did.code, exit_code::done);
    EXPECT_TRUE(has(did.out, "Example")) << did.out;
    EXPECT_TRUE(did.err.empty()) << did.err;
  }
}

TEST(command_line, version_is_printed) {
  const auto did = run_cli({"--version"});
  EXPECT_EQ(did.code, exit_code::done);
  EXPECT_EQ(did.out.substr(0, 7), "troupe ");
}

TEST(command_line, what_it_does_not_understand_is_usage_in_one_line) {
  const std::vector<std::vector<std::string>> wrong{
      {},
      {"discovr", "x.pcap"},
      {"discover"},
      {"discover", "--mode", "quick", "x.pcap"},
      {"discover", "--format", "xml", "x.pcap"},
      {"discover", "--deadline", "soon", "x.pcap"},
      {"discover", "--deadline", "0s", "x.pcap"},
      {"discover", "--unknown", "x.pcap"},
      {"discover", "--config", "no_such_file.yaml", "x.pcap"},
      {"discover", "--set", "http.prot=1", "x.pcap"},
      {"classify", "--format", "xml", "x.pcap"},
      {"config"},
      {"sla"},
      {"sla", "report", "--format", "xml"},
      {"train"}};
  for (const auto& arguments : wrong) {
    const auto did = run_cli(arguments);
    EXPECT_EQ(did.code, exit_code::usage);
    EXPECT_TRUE(did.out.empty()) << did.out;
    EXPECT_EQ(lines_in(did.err), 1U) << did.err;
    EXPECT_EQ(did.err.substr(0, 8), "troupe: ");
  }
}

TEST(command_line, an_unknown_command_is_named) {
  const auto did = run_cli({"discovr", "x.pcap"});
  EXPECT_EQ(did.code, exit_code::usage);
  EXPECT_TRUE(has(did.err, "no command discovr")) << did.err;
}

TEST(command_line, nothing_readable_is_bad_input_and_each_file_is_named) {
  const temporary_folder folder;
  const auto noise = folder.write("noise.bin", "this is no capture");
  const auto empty = folder.write("empty.pcap", "");
  // A pcap header of version 2.4, Ethernet, and no packet.
  const auto hollow = folder.write(
      "hollow.pcap",
      std::string("\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x01\0\0\0", 24));
  for (const auto* command : {"discover", "classify"}) {
    for (const auto& file : {noise, empty, hollow, folder.path("missing.pcap"), folder.path("")}) {
      const auto did = run_cli({command, file});
      EXPECT_EQ(did.code, exit_code::bad_input) << file;
      EXPECT_TRUE(has(did.err, file)) << did.err;
      EXPECT_EQ(lines_in(did.err), 1U) << did.err;
    }
  }
}

TEST(command_line, a_signal_before_any_work_ends_it_with_no_result) {
  const temporary_folder folder;
  const auto file = folder.write("a.jsonl", example_lines(4));
  cli_world world;
  world.signal = "SIGTERM";
  const auto did = run_cli({"discover", file}, world);
  EXPECT_EQ(did.code, exit_code::too_late);
  EXPECT_TRUE(has(did.err, "SIGTERM")) << did.err;
}

TEST(command_line, config_check_names_file_and_key) {
  const temporary_folder folder;
  const auto good = folder.write("good.yaml", "http:\n  port: 9000\n");
  const auto bad = folder.write("bad.yaml", "http:\n  prot: 9000\n");
  EXPECT_EQ(run_cli({"config", "check", good}).code, exit_code::done);
  const auto did = run_cli({"config", "check", bad});
  EXPECT_EQ(did.code, exit_code::usage);
  EXPECT_TRUE(has(did.err, bad + ":2")) << did.err;
  EXPECT_TRUE(has(did.err, "prot")) << did.err;
}

TEST(command_line, config_show_tells_where_a_value_comes_from) {
  cli_world world;
  world.environment["TROUPE__HTTP__PORT"] = "9123";
  const auto did = run_cli({"config", "show"}, world);
  EXPECT_EQ(did.code, exit_code::done);
  EXPECT_TRUE(has(did.out, "9123"));
  EXPECT_TRUE(has(did.out, "TROUPE__HTTP__PORT"));
}

TEST(console, colours_follow_the_terminal_and_no_color) {
  std::ostream nowhere(nullptr);
  console io{nowhere, nowhere};
  EXPECT_FALSE(style_for(io, "auto").colour);
  EXPECT_TRUE(style_for(io, "always").colour);
  io.out_is_terminal = true;
  EXPECT_TRUE(style_for(io, "auto").colour);
  EXPECT_FALSE(style_for(io, "never").colour);
  io.environment["NO_COLOR"] = "1";
  EXPECT_FALSE(style_for(io, "auto").colour);
  EXPECT_TRUE(style_for(io, "always").colour);
  io.environment = {{"TERM", "dumb"}};
  EXPECT_FALSE(style_for(io, "auto").colour);
}

}  // namespace
}  // namespace troupe::cli
