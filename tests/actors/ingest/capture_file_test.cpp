// The containers: pcap, pcapng, gzip.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/actors/ingest/ingest_reading.hpp"

namespace troupe::test {
namespace {

void expect_question_and_reply(const ingest_result& result, const std::string& problem = {}) {
  ASSERT_EQ(result.groups.size(), 1U);
  const auto& group = *result.groups[0];
  EXPECT_EQ(group.name, "UDP/53");
  EXPECT_EQ(group.server_port, 53);
  EXPECT_EQ(group.frames.kind, framing::how::datagram);
  ASSERT_EQ(group.messages.size(), 2U);
  EXPECT_EQ(payload_of(group, 0), text("question"));
  EXPECT_EQ(payload_of(group, 1), text("reply"));
  EXPECT_EQ(group.messages[0].dir, direction::client_to_server);
  EXPECT_EQ(group.messages[1].dir, direction::server_to_client);
  EXPECT_EQ(group.messages[0].since_start, duration(0));
  EXPECT_EQ(group.messages[1].since_start, std::chrono::microseconds(1500));
  EXPECT_EQ(group.messages[1].source, 2U);
  ASSERT_EQ(group.flows.size(), 1U);
  EXPECT_EQ(group.flows[0].client, "192.0.2.1:40000");
  EXPECT_EQ(group.flows[0].server, "192.0.2.53:53");
  EXPECT_EQ(group.flows[0].packets, 2U);
  EXPECT_FALSE(group.flows[0].opener_seen);
  EXPECT_EQ(result.report.problem, problem);
}

bytes small_pcap(bool big_endian = false, bool nanoseconds = false) {
  return pcap_builder(101, big_endian, nanoseconds)
      .add(question(), 7'000'000)
      .add(reply(), 7'001'500)
      .done();
}

TEST(pcap, both_byte_orders_and_both_resolutions_are_read) {
  for (const bool big_endian : {false, true}) {
    for (const bool nanoseconds : {false, true}) {
      const auto result = must_read(small_pcap(big_endian, nanoseconds));
      expect_question_and_reply(result);
      EXPECT_EQ(result.report.format, "pcap");
      EXPECT_EQ(result.report.packets, 2U);
      EXPECT_EQ(result.report.link_types, std::vector<std::string>{"RAW"});
    }
  }
}

TEST(pcap, gzip_of_several_members_is_read) {
  const auto plain = small_pcap();
  const bytes first(plain.begin(), plain.begin() + 50);
  const bytes second(plain.begin() + 50, plain.end());
  const auto result = must_read(gzip(first) + gzip(second));
  expect_question_and_reply(result);
  EXPECT_EQ(result.report.format, "gzip, pcap");
}

TEST(pcap, every_truncation_gives_what_could_be_read_or_one_clear_refusal) {
  const auto whole = small_pcap();
  const auto second_starts = 24 + 16 + question().size();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const auto answer = read_bytes(part, "cut.pcap", {});
    const auto* result = std::get_if<ingest_result>(&answer);
    ASSERT_EQ(result != nullptr, size >= second_starts) << size;
    if (result == nullptr) continue;
    EXPECT_EQ(result->report.packets, 1U);
    const bool whole_record = size == second_starts;
    EXPECT_EQ(result->report.problem.empty(), whole_record) << size;
    if (!whole_record) {
      EXPECT_NE(result->report.problem.find("packet 2 at byte 76"), std::string::npos)
          << result->report.problem;
    }
  }
}

TEST(pcap, bytes_behind_the_gzip_data_are_told_unless_they_are_padding) {
  const auto packed = gzip(small_pcap());
  const auto result = must_read(packed + text("garbage"));
  expect_question_and_reply(result, "the gzip data ends at byte " + std::to_string(packed.size()) +
                                        ", the 7 bytes behind it are no gzip data");
  EXPECT_EQ(must_read(packed + text("\x1f")).report.problem.substr(0, 13), "the gzip data");
  EXPECT_EQ(must_read(packed + bytes(512, 0)).report.problem, "");
}

TEST(pcap, a_truncated_gzip_gives_what_could_be_read) {
  pcap_builder file(101);
  for (int i = 0; i < 2000; ++i) file.add(question() + bytes(static_cast<std::size_t>(i % 97), 1));
  auto packed = gzip(file.done());
  packed.resize(packed.size() / 2);
  const auto result = must_read(packed);
  EXPECT_GT(result.report.packets, 100U);
  EXPECT_NE(result.report.problem.find("gzip data ends in the middle"), std::string::npos)
      << result.report.problem;
}

TEST(pcap, an_absurd_record_length_ends_the_reading_with_its_place) {
  auto file = small_pcap() + little(1, 4) + little(0, 4) + little(0xffffffff, 4) + little(60, 4);
  const auto result = must_read(file);
  EXPECT_EQ(result.report.packets, 2U);
  EXPECT_NE(result.report.problem.find("packet 3 at byte"), std::string::npos);
  EXPECT_NE(result.report.problem.find("4294967295 bytes is absurd"), std::string::npos);
}

TEST(pcap, no_packets_and_no_bytes_are_refused) {
  EXPECT_NE(must_refuse(pcap_builder(1).done()).find("no packets"), std::string::npos);
  EXPECT_NE(must_refuse({}).find("empty"), std::string::npos);
}

TEST(pcap, other_files_are_refused_with_their_first_bytes) {
  EXPECT_NE(must_refuse(hex("7f 45 4c 46 02 01 01 00 00")).find("7f 45 4c 46 02 01 01 00"),
            std::string::npos);
}

TEST(pcap, a_link_type_that_is_not_supported_is_refused_by_name) {
  for (const auto& [type, name] : {std::pair<std::uint32_t, std::string>{127, "IEEE802_11_RADIO"},
                                   {192, "PPI"},
                                   {4711, "link type 4711"}}) {
    const auto why = must_refuse(pcap_builder(type).add(bytes(60)).done());
    EXPECT_NE(why.find(name), std::string::npos) << why;
    EXPECT_NE(why.find("packet 1"), std::string::npos) << why;
  }
}

TEST(pcapng, several_interfaces_with_their_own_link_types_and_resolutions_are_read) {
  for (const bool big_endian : {false, true}) {
    const auto result = must_read(pcapng_builder(big_endian)
                                      .interface(1, 9)
                                      .interface(101)
                                      .interface(101, 0x80 | 10)
                                      .block(5, bytes(20))
                                      .packet(1, question(), 7'000'000)
                                      .packet(0, ethernet(0x0800, reply()), 7'001'500'000)
                                      .packet(2, question(), 7 * 1024 + 512)
                                      .done());
    ASSERT_EQ(result.groups.size(), 1U);
    const auto& messages = result.groups[0]->messages;
    ASSERT_EQ(messages.size(), 3U);
    EXPECT_EQ(messages[1].since_start, std::chrono::microseconds(1500));
    EXPECT_EQ(messages[2].since_start, std::chrono::milliseconds(500));
    EXPECT_EQ(result.report.format, "pcapng");
    EXPECT_EQ(result.report.link_types, (std::vector<std::string>{"EN10MB", "RAW"}));
  }
}

TEST(pcapng, a_new_section_may_change_the_byte_order_and_forgets_interfaces) {
  const auto result = must_read(pcapng_builder()
                                    .interface(101)
                                    .packet(0, question(), 7'000'000)
                                    .section(true)
                                    .interface(1)
                                    .packet(0, ethernet(0x0800, reply()), 7'001'500)
                                    .packet(1, question())
                                    .done());
  expect_question_and_reply(result);
  ASSERT_EQ(result.report.refused.size(), 1U);
  EXPECT_EQ(result.report.refused[0].reason, "a packet of an interface that is not described");
  EXPECT_EQ(result.report.refused[0].first_place.rfind("packet 3 at byte", 0), 0U);
}

TEST(pcapng, simple_packets_are_read) {
  const auto result = must_read(pcapng_builder().interface(101).simple_packet(question()).done());
  EXPECT_EQ(group_named(result, "UDP/53").messages.size(), 1U);
}

TEST(pcapng, a_damaged_block_length_ends_the_reading) {
  auto file = pcapng_builder().interface(101).packet(0, question()).done();
  const auto result = must_read(file + little(6, 4) + little(13, 4) + bytes(20));
  EXPECT_EQ(result.report.packets, 1U);
  EXPECT_NE(result.report.problem.find("length of 13 bytes"), std::string::npos);
}

TEST(files, a_missing_file_and_a_folder_are_refused_by_name) {
  for (const std::string path : {"/nowhere/at/all.pcap", "/tmp"}) {
    const auto answer = read_file(path, {});
    const auto* failed = std::get_if<failure>(&answer);
    ASSERT_NE(failed, nullptr);
    EXPECT_EQ(failed->code, errc::bad_input);
    EXPECT_EQ(failed->what.rfind(path + ": cannot be read", 0), 0U) << failed->what;
  }
}

TEST(files, a_file_is_read_like_memory_and_progress_is_told) {
  const auto path = std::filesystem::path(testing::TempDir()) / "ingest_file.pcap";
  const auto content = small_pcap();
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(content.data()),
             static_cast<std::streamsize>(content.size()));
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  const auto answer = read_file(path.string(), {}, [&](std::uint64_t d, std::uint64_t t) {
    done = d;
    total = t;
  });
  std::filesystem::remove(path);
  ASSERT_TRUE(std::holds_alternative<ingest_result>(answer));
  expect_question_and_reply(std::get<ingest_result>(answer));
  EXPECT_EQ(done, content.size());
  EXPECT_EQ(total, content.size());
}

// A pipe, by a name to open it by.
class quiet_pipe {
 public:
  quiet_pipe() { EXPECT_EQ(::pipe(ends_), 0); }
  quiet_pipe(const quiet_pipe&) = delete;
  quiet_pipe& operator=(const quiet_pipe&) = delete;
  ~quiet_pipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  void write(const bytes& content) const {
    EXPECT_EQ(::write(ends_[1], content.data(), content.size()),
              static_cast<ssize_t>(content.size()));
  }
  [[nodiscard]] std::string path() const { return "/dev/fd/" + std::to_string(ends_[0]); }

 private:
  int ends_[2] = {-1, -1};
};

TEST(files, a_pipe_that_says_nothing_more_ends_when_asked_and_gives_what_was_read) {
  const quiet_pipe pipe;
  pipe.write(small_pcap());
  std::stop_source stop;
  const auto answer = read_file(
      pipe.path(), {}, [&](std::uint64_t, std::uint64_t) { stop.request_stop(); },
      stop.get_token());
  ASSERT_TRUE(std::holds_alternative<ingest_result>(answer));
  expect_question_and_reply(std::get<ingest_result>(answer), "reading was stopped");
}

TEST(files, a_named_pipe_without_writer_can_be_stopped_too) {
  const auto path =
      std::filesystem::temp_directory_path() / ("troupe_ingest_pipe_" + std::to_string(::getpid()));
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::stop_source stop;
  const auto answer = read_file(
      path.string(), {}, [&](std::uint64_t, std::uint64_t) { stop.request_stop(); },
      stop.get_token());
  std::filesystem::remove(path);
  ASSERT_TRUE(std::holds_alternative<failure>(answer));
  EXPECT_NE(std::get<failure>(answer).what.find("reading was stopped"), std::string::npos);
}

TEST(files, input_of_exactly_its_limit_is_whole) {
  ingest_options options;
  options.input_limit_bytes = small_pcap().size();
  const auto result = must_read(small_pcap(), options);
  EXPECT_EQ(result.report.packets, 2U);
  EXPECT_EQ(result.report.problem, "");
}

TEST(files, input_over_its_limit_is_read_up_to_there) {
  ingest_options options;
  options.input_limit_bytes = small_pcap().size() - 1;
  const auto result = must_read(small_pcap(), options);
  EXPECT_EQ(result.report.packets, 1U);
  EXPECT_NE(result.report.problem.find("over the limit of"), std::string::npos);
}

}  // namespace
}  // namespace troupe::test
