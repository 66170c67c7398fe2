#include "runtime/cli/output.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "tests/runtime/cli/cli_run.hpp"

namespace troupe::cli {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t files_in(const std::string& folder) {
  const std::filesystem::directory_iterator files(folder);
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

std::variant<output, failure> open_output(const std::string& target,
                                          const std::vector<std::string>& inputs = {}) {
  static std::ostringstream nowhere;
  static console io{nowhere, nowhere};
  return output::open(target, inputs, io);
}

output must_open(const std::string& target, const std::vector<std::string>& inputs = {}) {
  return std::get<output>(open_output(target, inputs));
}

TEST(output, a_file_takes_its_place_only_when_it_is_whole) {
  const temporary_folder folder;
  const auto path = folder.write("report.txt", "old");
  {
    auto to = must_open(path);
    to.stream_for("x", ".txt") << "new";
    EXPECT_FALSE(to.flush());
    EXPECT_EQ(content_of(path), "old");
    EXPECT_FALSE(to.close(false));
  }
  EXPECT_EQ(content_of(path), "old");
  {
    auto to = must_open(path);
    to.stream_for("x", ".txt") << "new";
    EXPECT_FALSE(to.close(true));
  }
  EXPECT_EQ(content_of(path), "new");
  EXPECT_EQ(files_in(folder.path("")), 1U);
}

TEST(output, rights_and_links_of_a_file_that_was_there_stay) {
  namespace fs = std::filesystem;
  const temporary_folder folder;
  const auto path = folder.write("report.txt", "old");
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink(path, folder.path("link.txt"));
  auto to = must_open(folder.path("link.txt"));
  to.stream_for("x", ".txt") << "new";
  EXPECT_FALSE(to.close(true));
  EXPECT_TRUE(fs::is_symlink(folder.path("link.txt")));
  EXPECT_EQ(content_of(path), "new");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(output, a_device_is_written_directly) {
  auto to = must_open("/dev/null");
  to.stream_for("x", ".txt") << "new";
  EXPECT_FALSE(to.close(true));
  EXPECT_FALSE(std::filesystem::is_regular_file("/dev/null"));
}

TEST(output, a_file_that_is_an_input_is_refused_by_whatever_name) {
  const temporary_folder folder;
  const auto input = folder.write("a.jsonl", "{}");
  std::filesystem::create_hard_link(input, folder.path("b.jsonl"));
  for (const auto* name : {"a.jsonl", "b.jsonl", "./a.jsonl"}) {
    const auto opened = open_output(folder.path(name), {"other.pcap", input});
    ASSERT_TRUE(std::holds_alternative<failure>(opened)) << name;
    EXPECT_TRUE(has(std::get<failure>(opened).what, "same file as the input " + input));
  }
  EXPECT_EQ(content_of(input), "{}");
}

TEST(output, in_the_folder_of_the_inputs_a_result_takes_another_name) {
  const temporary_folder folder;
  const auto input = folder.write("a.jsonl", "{}");
  auto to = must_open(folder.path(""), {input});
  to.stream_for("a", ".jsonl") << "result";
  to.end_part();
  EXPECT_EQ(content_of(input), "{}");
  EXPECT_EQ(content_of(folder.path("a-2.jsonl")), "result");
}

TEST(output, what_cannot_be_written_in_a_folder_is_told) {
  const temporary_folder folder;
  auto to = must_open(folder.path("made/"));
  std::filesystem::remove(folder.path("made"));
  to.stream_for("x", ".txt") << "lost";
  const auto why = to.flush();
  EXPECT_TRUE(has(why.what, "x.txt")) << why.what;
}

TEST(output, one_that_cannot_be_written_is_named) {
  const temporary_folder folder;
  const auto file = folder.write("a.jsonl", example_lines(4));
  const auto did = run_cli({"discover", "--output", folder.path("no/such/place"), file});
  EXPECT_EQ(did.code, exit_code::usage);
  EXPECT_TRUE(has(did.err, "no/such/place")) << did.err;
}

TEST(output, a_run_without_result_leaves_the_report_of_an_earlier_one) {
  const temporary_folder folder;
  const auto report = folder.write("report.txt", "old");
  const auto noise = folder.write("noise.bin", "this is no capture");
  const auto good = folder.write("a.jsonl", example_lines(4));
  for (const auto* format : {"text", "json", "score", "ksy"}) {
    const auto did = run_cli({"discover", "--format", format, "-o", report, noise});
    EXPECT_EQ(did.code, exit_code::bad_input) << did.err;
    EXPECT_EQ(content_of(report), "old") << format;
  }
  EXPECT_EQ(run_cli({"discover", "-o", report, "--group", "b", good}).code, exit_code::usage);
  EXPECT_EQ(content_of(report), "old");
  const auto did = run_cli({"discover", "-o", good, noise, good});
  EXPECT_EQ(did.code, exit_code::usage);
  EXPECT_TRUE(has(did.err, "same file")) << did.err;
  EXPECT_EQ(content_of(good), example_lines(4));
}

TEST(output, names_are_those_of_people_and_fit_for_files) {
  EXPECT_EQ(stem_of("a/b/dns.jsonl.gz"), "dns");
  EXPECT_EQ(stem_of(".hidden"), ".hidden");
  EXPECT_EQ(stem_of("-"), "stdin");
  EXPECT_EQ(base_name("a/b/x.pcap"), "x.pcap");
  EXPECT_EQ(file_name_of("UDP/53"), "UDP_53");
  EXPECT_EQ(file_name_of("../x"), "_._x");
}

TEST(output, a_folder_gets_a_file_for_each_input_also_of_one_name) {
  const temporary_folder folder;
  std::ostream nowhere(nullptr);
  console io{nowhere, nowhere};
  auto opened = output::open(folder.path("made/"), {}, io);
  ASSERT_TRUE(std::holds_alternative<output>(opened));
  auto& to = std::get<output>(opened);
  EXPECT_TRUE(to.is_folder());
  to.stream_for("x", ".txt") << "first";
  to.end_part();
  to.stream_for("x", ".txt") << "second";
  to.end_part();
  EXPECT_EQ(content_of(folder.path("made/x.txt")), "first");
  EXPECT_EQ(content_of(folder.path("made/x-2.txt")), "second");
}

}  // namespace
}  // namespace troupe::cli
