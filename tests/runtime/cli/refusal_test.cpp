// What could not be used is told, whatever the format, and shows in the exit code.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "tests/runtime/cli/cli_run.hpp"
#include "tests/support/packet_builder.hpp"

namespace troupe::cli {
namespace {

using test::operator+;

constexpr std::uint32_t raw_ip_link = 101;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::string as_text(const test::bytes& from) { return {from.begin(), from.end()}; }

// A service over UDP whose questions have an id, a type and a length; and, if wanted, a packet that
// is no IP.
std::string example_capture(bool with_bad_packet) {
  test::pcap_builder file(raw_ip_link);
  for (std::uint64_t at = 0; at < 40; ++at) {
    const auto body = test::big(at, 4) + test::big(1 + at % 2, 1) + test::big(3 + at % 5, 1) +
                      test::bytes(3 + at % 5, 'x');
    file.add(test::ipv4("192.0.2.1", "192.0.2.2", 17, test::udp(40'000, 4000, body)));
    if (with_bad_packet && at == 16) file.add(test::bytes(30, 0xff));
  }
  return as_text(file.done());
}

// A connection that nobody answered.
std::string capture_without_format() {
  test::pcap_builder file(raw_ip_link);
  file.add(test::ipv4("192.0.2.1", "192.0.2.2", 6, test::tcp(40'000, 81, {1, 0, test::syn}, {})));
  return as_text(file.done());
}

TEST(refused, bad_lines_are_named_where_the_format_does_not_show_them) {
  const temporary_folder folder;
  const auto file =
      folder.write("a.jsonl", example_lines(20) + "{\"hex\": \"zz\"}\n" + example_lines(2));
  const std::vector<std::vector<std::string>> commands{{"discover", "--format", "score"},
                                                       {"discover", "--format", "ksy"},
                                                       {"discover", "--format", "lua"},
                                                       {"classify"},
                                                       {"classify", "--format", "jsonl"}};
  for (auto arguments : commands) {
    arguments.push_back(file);
    const auto did = run_cli(arguments);
    EXPECT_EQ(did.code, exit_code::some_refused) << arguments.back();
    EXPECT_EQ(lines_in(did.err), 1U) << did.err;
    EXPECT_TRUE(has(did.err, "troupe: " + file + ": not used: 1 x ")) << did.err;
    EXPECT_TRUE(has(did.err, "(first: line 21)")) << did.err;
  }
}

TEST(refused, packets_count_in_every_format_and_are_told_once) {
  const temporary_folder folder;
  const auto good = folder.write("good.pcap", example_capture(false));
  const auto bad = folder.write("bad.pcap", example_capture(true));
  for (const auto* format : {"text", "json", "score", "ksy", "lua"}) {
    EXPECT_EQ(run_cli({"discover", "--format", format, good}).code, exit_code::done) << format;
    const auto did = run_cli({"discover", "--format", format, bad});
    EXPECT_EQ(did.code, exit_code::some_refused) << format;
    const bool in_output = has(did.out, "packet 18");
    const bool on_stderr = has(did.err, "bad.pcap: not used: 1 x ") && has(did.err, "packet 18");
    EXPECT_NE(in_output, on_stderr) << format << "\n" << did.err;
  }
  const auto did = run_cli({"classify", bad});
  EXPECT_EQ(did.code, exit_code::some_refused);
  EXPECT_TRUE(has(did.err, "packet 18")) << did.err;
}

TEST(refused, a_group_without_format_is_named_by_an_export) {
  const temporary_folder folder;
  const auto empty = folder.write("empty.pcap", capture_without_format());
  const auto good = folder.write("good.pcap", example_capture(false));
  for (const auto* format : {"ksy", "lua"}) {
    const auto target = folder.path(std::string(format) + "/");
    const auto none = run_cli({"discover", "--format", format, "-o", target, empty});
    EXPECT_EQ(none.code, exit_code::bad_input);
    EXPECT_EQ(none.err, "troupe: " + empty + ": TCP/81: no format to export: it has no payload\n");
    const auto some = run_cli({"discover", "--format", format, "-o", target, empty, good});
    EXPECT_EQ(some.code, exit_code::some_refused);
    EXPECT_TRUE(has(some.err, "TCP/81: no format to export")) << some.err;
    EXPECT_FALSE(content_of(target + "good_UDP_4000." + format).empty());
  }
}

TEST(refused, an_error_names_its_input_once_whatever_the_error_says) {
  const temporary_folder folder;
  // These names are words of the messages.
  const auto file = folder.write("a", "this is no capture");
  const auto did = run_cli({"discover", file});
  EXPECT_EQ(did.err.find("troupe: " + file + ": not a capture"), 0U) << did.err;
  auto cut = example_capture(false);
  cut.pop_back();
  const auto damaged = folder.write("packet", cut);
  const auto told = run_cli({"discover", "--format", "score", damaged});
  EXPECT_EQ(told.err.find("troupe: " + damaged + ": packet 40 at byte"), 0U) << told.err;
  EXPECT_EQ(told.code, exit_code::some_refused);
}

TEST(stopped, a_quiet_pipe_ends_with_what_was_read) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);
  const auto content = example_capture(false);
  ASSERT_EQ(::write(ends[1], content.data(), content.size()), static_cast<ssize_t>(content.size()));
  cli_world world;
  world.signal = "SIGINT";
  world.looks_before_signal = 1;  // before the first input
  const auto did = run_cli({"discover", "/dev/fd/" + std::to_string(ends[0])}, world);
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_EQ(did.code, exit_code::too_late);
  EXPECT_TRUE(has(did.out, "40 packets")) << did.out;
  EXPECT_TRUE(has(did.out, "UDP/4000")) << did.out;
  EXPECT_TRUE(has(did.err, "stopped by SIGINT after reading")) << did.err;
  EXPECT_TRUE(has(did.err, "SIGINT")) << did.err;
  EXPECT_EQ(lines_in(did.err), 1U) << did.err;
}

TEST(stopped, a_pipe_that_never_said_anything_ends_too) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);
  cli_world world;
  world.signal = "SIGTERM";
  world.looks_before_signal = 1;
  const auto did = run_cli({"discover", "/dev/fd/" + std::to_string(ends[0])}, world);
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_EQ(did.code, exit_code::too_late);
  EXPECT_TRUE(has(did.err, "could be used")) << did.err;
  EXPECT_EQ(lines_in(did.err), 1U) << did.err;
}

}  // namespace
}  // namespace troupe::cli
