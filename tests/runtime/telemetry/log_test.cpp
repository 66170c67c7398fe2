#include "runtime/telemetry/log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "runtime/telemetry/log_line.hpp"
#include "runtime/telemetry/memory_log.hpp"

namespace troupe {
namespace {

/// A log file of its own for each test.
class log_file : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    section_.file = testing::TempDir() + "troupe_log_" + test->name() + std::to_string(getpid());
  }
  void TearDown() override { std::filesystem::remove(section_.file); }

  /// Opens, lets `use` write, closes (which writes what is queued) and reads the lines back.
  template <class Use>
  std::vector<std::string> lines_of(Use use) {
    {
      auto opened = log_service::open(section_);
      use(std::get<log_service>(opened));
    }
    std::ifstream file(section_.file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  log_section section_;
};

/// The line behind its time, which must look like 2024-05-01T12:00:00.123456Z.
std::string after_time(const std::string& line) {
  constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd.ddddddZ ";
  std::string found = line.substr(0, shape.size());
  std::ranges::replace_if(
      found, [](char c) { return c >= '0' && c <= '9'; }, 'd');
  EXPECT_EQ(found, shape);
  return line.substr(std::min(line.size(), shape.size()));
}

const log_context of_request{request_id{7}, trace_id{0xabc, 0xdef}};

}  // namespace

TEST(log_line, values_are_quoted_only_where_they_must_be) {
  const std::array<log_field, 4> fields{{{"child", "compute/grammar"},
                                         {"reason", "bad \"tree\" node"},
                                         {"empty", ""},
                                         {"forged", "x\nerror y=z"}}};
  EXPECT_EQ(render_text("child_restarted", fields, of_request),
            "child_restarted child=compute/grammar reason=\"bad \\\"tree\\\" node\" empty=\"\" "
            "forged=\"x\\nerror y=z\" request=7 trace=0000000000000abc0000000000000def");
}

TEST(log_line, a_line_without_a_request_names_none) {
  EXPECT_EQ(render_text("node_ready", {}, {}), "node_ready");
  EXPECT_EQ(render_json("node_ready", {}, {}), R"("event":"node_ready")");
}

TEST(log_line, a_value_without_end_is_cut_and_says_so) {
  const std::array<log_field, 1> fields{{{"reason", std::string(log_value_limit + 5, 'x')}}};
  EXPECT_EQ(render_text("e", fields, {}),
            "e reason=\"" + std::string(log_value_limit, 'x') + "... and 5 bytes\"");
}

TEST_F(log_file, a_text_line_has_time_level_event_and_fields) {
  const auto lines = lines_of([](const log_service& service) {
    const auto log = service.log();
    log.info("node_ready", {{"port", "8080"}});
    log.error("gone", {}, of_request);
  });
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(after_time(lines[0]), "info  node_ready port=8080");
  EXPECT_EQ(after_time(lines[1]), "error gone request=7 trace=" + to_string(of_request.trace));
}

TEST_F(log_file, a_json_line_is_one_object) {
  section_.format = "json";
  const auto lines = lines_of([](const log_service& service) {
    const auto log = service.log();
    log.warn("breaker_opened", {{"why", "a \"quoted\"\nreason \xff"}}, of_request);
  });
  ASSERT_EQ(lines.size(), 1U);
  const auto line = nlohmann::json::parse(lines[0]);
  EXPECT_EQ(line.at("level"), "warning");
  EXPECT_EQ(line.at("event"), "breaker_opened");
  EXPECT_EQ(line.at("why"), "a \"quoted\"\nreason \xef\xbf\xbd");
  EXPECT_EQ(line.at("request"), "7");
  EXPECT_EQ(line.at("trace"), to_string(of_request.trace));
  EXPECT_TRUE(line.at("time").is_string());
}

TEST_F(log_file, lines_below_the_level_are_not_written) {
  section_.level = "warn";
  EXPECT_EQ(lines_of([](const log_service& service) {
              const auto log = service.log();
              EXPECT_FALSE(log.wants(log_level::info));
              log.debug("a");
              log.info("b");
              log.warn("c");
              log.error("d");
            }).size(),
            2U);
  section_.level = "off";
  section_.file += "_off";
  EXPECT_TRUE(lines_of([](const log_service& service) { service.log().error("e"); }).empty());
  std::filesystem::remove(section_.file);
}

TEST_F(log_file, every_line_of_a_flood_is_written_or_counted_as_lost) {
  section_.waiting_lines = 16;
  constexpr std::uint64_t sent = 20'000;
  std::uint64_t lost = 0;
  const auto lines = lines_of([&](const log_service& service) {
    const auto log = service.log();
    for (std::uint64_t i = 0; i < sent; ++i) log.info("flood", {{"number", std::to_string(i)}});
    lost = service.lost_lines();
  });
  EXPECT_EQ(lines.size() + lost, sent);
  EXPECT_NE(lines.back().find("number=19999"), std::string::npos) << "the newest is kept";
}

TEST(log_service, a_file_that_cannot_be_opened_is_named) {
  const auto opened = log_service::open({.file = "/proc/no/such/folder/troupe.log"});
  const auto* why = std::get_if<failure>(&opened);
  ASSERT_NE(why, nullptr);
  EXPECT_NE(why->what.find("log.file: cannot write to /proc/no/such/folder/troupe.log"),
            std::string::npos)
      << why->what;
}

TEST(log_service, a_full_disk_is_counted_and_harms_nobody) {
  auto opened = log_service::open({.file = "/dev/full"});
  auto& service = std::get<log_service>(opened);
  service.log().info("one");
  service.log().info("two");
  auto copy = service;
  while (copy.failed_lines() == 0) std::this_thread::yield();
  EXPECT_GT(copy.failed_lines(), 0U);
}

TEST(memory_log, keeps_the_newest_lines_in_order) {
  auto sink = std::make_shared<memory_log>(2);
  const logger log(sink);
  log.info("one");
  log.warn("two", {{"n", "2"}});
  log.error("three");
  EXPECT_EQ(sink->lines(), (std::vector<std::string>{"warn two n=2", "error three"}));
}

TEST(logger, a_default_one_says_nothing) {
  const logger silent;
  EXPECT_FALSE(silent.wants(log_level::error));
  silent.error("nobody hears this");
}

}  // namespace troupe
