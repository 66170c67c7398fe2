// The captures of real servers in tests/captures.
#include "tests/actors/ingest/ingest_reading.hpp"

namespace troupe::test {
namespace {

struct recorded {
  std::string file;
  std::string group;
  framing::how frames;
  std::size_t flows;
};

TEST(recorded_captures, each_service_is_one_group_with_its_framing) {
  const std::vector<recorded> all = {
      {"redis", "TCP/16379", framing::how::direction_and_pause, 34},
      {"mqtt", "TCP/11883", framing::how::length_prefix, 13},
      {"http", "TCP/18080", framing::how::direction_and_pause, 10},
      {"dns", "UDP/15353", framing::how::datagram, 10},
      {"dns", "TCP/15353", framing::how::length_prefix, 6},
      {"snmp", "UDP/10161", framing::how::datagram, 4},
      {"memcached", "TCP/11311", framing::how::delimiter, 1},
      {"postgresql", "TCP/15432", framing::how::direction_and_pause, 4},
  };
  for (const auto& one : all) {
    SCOPED_TRACE(one.file);
    const auto answer =
        read_file(std::string(TROUPE_SOURCE_DIR "/tests/captures/") + one.file + ".pcap", {});
    ASSERT_TRUE(std::holds_alternative<ingest_result>(answer));
    const auto& result = std::get<ingest_result>(answer);
    EXPECT_TRUE(result.report.refused.empty());
    const auto& group = group_named(result, one.group);
    EXPECT_EQ(group.frames.kind, one.frames) << describe(group.frames);
    EXPECT_EQ(group.flows.size(), one.flows);
    EXPECT_TRUE(group.unused.empty());
    EXPECT_EQ(group.messages.size(), group.messages_seen);
  }
}

}  // namespace
}  // namespace troupe::test
