// Link and network layers: every supported link type, VLANs, tunnels, extension headers, fragments.
#include <algorithm>
#include <random>

#include "actors/ingest/fragments.hpp"
#include "actors/ingest/ip_layer.hpp"
#include "tests/actors/ingest/ingest_reading.hpp"

namespace troupe::test {
namespace {

ingest_result read_one(std::uint32_t link_type, const bytes& frame) {
  return must_read(pcap_builder(link_type).add(frame).done());
}

TEST(link_layer, every_supported_link_type_leads_to_the_same_datagram) {
  const auto cooked = hex("0000 0001 0006 020000000001 0000");
  const auto cooked2 = hex("0000 00000002 0001 00 06 020000000001 0000");
  const std::vector<std::pair<std::uint32_t, bytes>> frames = {
      {1, ethernet(0x0800, question())},
      {1, ethernet(0x8100, hex("0005 0800") + question())},
      {1, ethernet(0x88a8, hex("0005 8100 0006 0800") + question())},
      {1, ethernet(0x8847, hex("00011040 00012140") + question())},
      {1, ethernet(0x8864, hex("1100 0001 0026 0021") + question())},
      {12, question()},
      {14, question()},
      {101, question()},
      {228, question()},
      {113, cooked + hex("0800") + question()},
      {113, cooked + hex("8100 0005 0800") + question()},
      {276, hex("0800") + cooked2 + question()},
      {0, little(2, 4) + question()},
      {0, big(2, 4) + question()},
      {108, big(2, 4) + question()},
      {9, hex("ff03 0021") + question()},
      {9, hex("21") + question()},
      {50, hex("ff03 0021") + question()},
      {50, hex("0f00 0800") + question()},
      {104, hex("0f00 0800") + question()},
  };
  for (const auto& [type, frame] : frames) {
    const auto result = read_one(type, frame);
    const auto& group = group_named(result, "UDP/53");
    ASSERT_EQ(group.messages.size(), 1U) << "link type " << type;
    EXPECT_EQ(payload_of(group, 0), text("question")) << "link type " << type;
  }
}

TEST(link_layer, ipv6_is_found_in_loopback_families_of_all_systems) {
  const auto packet = ipv6("2001:db8::1", "2001:db8::2", 17, udp(40'000, 53, text("six")));
  for (const std::uint32_t family : {10U, 24U, 28U, 30U}) {
    EXPECT_EQ(group_named(read_one(0, little(family, 4) + packet), "UDP/53").messages.size(), 1U);
  }
  EXPECT_EQ(group_named(read_one(229, packet), "UDP/53").messages.size(), 1U);
}

TEST(link_layer, payloads_that_are_not_ip_form_groups_by_ether_type) {
  const auto result = must_read(pcap_builder()
                                    .add(ethernet(0x88b8, text("goose")))
                                    .add(ethernet(0x8100, hex("0001 88b8") + text("tagged")))
                                    .add(ethernet(7, hex("424203") + text("tree") + bytes(39)))
                                    .add(ethernet(9, hex("aaaa03 000000 88cc") + text("x")))
                                    .done());
  const auto& goose = group_named(result, "Ethernet/0x88b8");
  ASSERT_EQ(goose.messages.size(), 2U);
  EXPECT_EQ(payload_of(goose, 1), text("tagged"));
  EXPECT_EQ(goose.flows[0].client, "02:00:00:00:00:01");
  EXPECT_EQ(goose.flows[0].server, "02:00:00:00:00:02");
  EXPECT_EQ(goose.l4, transport::ethernet);
  EXPECT_EQ(payload_of(group_named(result, "Ethernet/LLC-0x42"), 0), hex("424203") + text("tree"));
  EXPECT_EQ(payload_of(group_named(result, "Ethernet/0x88cc"), 0), text("x"));
}

TEST(link_layer, cut_frames_are_counted_with_their_place) {
  const auto whole = ethernet(0x8100, hex("0005 0800") + question());
  pcap_builder file;
  file.add(whole);
  for (std::size_t size = 0; size < 18 + 20; ++size) {
    file.add(bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), 0,
             static_cast<std::uint32_t>(whole.size()));
  }
  const auto result = must_read(file.done());
  std::uint64_t refused = 0;
  for (const auto& one : result.report.refused) refused += one.messages;
  EXPECT_EQ(refused, 38U);
  EXPECT_EQ(result.report.refused[0].first_place, "packet 2");
}

TEST(ip_layer, padding_of_the_link_is_no_payload) {
  const auto result = read_one(1, ethernet(0x0800, question() + bytes(10)));
  EXPECT_EQ(payload_of(group_named(result, "UDP/53"), 0), text("question"));
}

TEST(ip_layer, lengths_come_from_the_header_when_the_capture_cut_the_packet) {
  const auto packet = ipv4("192.0.2.1", "192.0.2.53", 17, udp(40'000, 53, bytes(500, 7)));
  const bytes start(packet.begin(), packet.begin() + 68);
  const auto result =
      must_read(pcap_builder(101).add(start, 0, static_cast<std::uint32_t>(packet.size())).done());
  const auto& group = group_named(result, "UDP/53");
  EXPECT_TRUE(group.messages.empty());
  ASSERT_EQ(group.flows[0].opening.size(), 1U);
  EXPECT_EQ(group.flows[0].opening[0].wire_size, 500U);
  EXPECT_EQ(group.flows[0].opening[0].size, 40U);
  ASSERT_EQ(group.unused.size(), 1U);
  EXPECT_EQ(group.unused[0].reason, "packet cut by the capture (snap length)");
  EXPECT_EQ(group.unused[0].bytes, 500U);
}

TEST(ip_layer, other_protocols_form_groups_by_number) {
  const auto result = must_read(pcap_builder(101)
                                    .add(ipv4("192.0.2.1", "224.0.0.5", 89, text("ospf")))
                                    .add(ipv6("fe80::1", "ff02::5", 89, text("ospf6")))
                                    .add(ipv4("192.0.2.1", "192.0.2.2", 50, text("esp")))
                                    .done());
  EXPECT_EQ(group_named(result, "IP/89").messages.size(), 2U);
  EXPECT_EQ(transport_name(group_named(result, "IP/89")), "IP/89");
  EXPECT_EQ(transport_name(group_named(result, "IP/50")), "ESP");
  EXPECT_EQ(group_named(result, "IP/89").flows[1].client, "[fe80::1]:0");
}

TEST(ip_layer, ip_in_ip_is_opened) {
  const auto inner6 = ipv6("2001:db8::1", "2001:db8::2", 17, udp(546, 547, text("inside")));
  const auto result = must_read(pcap_builder(101)
                                    .add(ipv4("192.0.2.8", "192.0.2.9", 4, question()))
                                    .add(ipv4("192.0.2.8", "192.0.2.9", 41, inner6))
                                    .done());
  EXPECT_EQ(group_named(result, "UDP/53").messages.size(), 1U);
  EXPECT_EQ(group_named(result, "UDP/547").flows[0].client, "[2001:db8::1]:546");
}

TEST(ip_layer, extension_headers_are_passed_over) {
  const auto datagram = udp(40'000, 53, text("six"));
  const auto hop = hex("3c00 010400000000");      // then destination options
  const auto options = hex("2c00 010400000000");  // then a fragment header
  const auto atomic = hex("1100 0000 00000001");  // whole datagram in one fragment
  const auto result =
      read_one(101, ipv6("2001:db8::1", "2001:db8::2", 0, hop + options + atomic + datagram));
  EXPECT_EQ(payload_of(group_named(result, "UDP/53"), 0), text("six"));
}

TEST(ip_layer, endless_extension_headers_are_refused) {
  bytes chain;
  for (int i = 0; i < 40; ++i) chain = chain + hex("0000 010400000000");
  const auto why =
      must_refuse(pcap_builder(101).add(ipv6("2001:db8::1", "2001:db8::2", 0, chain)).done());
  EXPECT_NE(why.find("IPv6 extension headers"), std::string::npos) << why;
}

TEST(ip_layer, addresses_are_written_as_the_flow_tables_of_ndpi_have_them) {
  const auto address = ingest::make_address(hex("fc00 0502 0400 0000 0010 0032 0000 0069"));
  EXPECT_EQ(ingest::to_text(address, 547), "[fc00:502:400::10:32::69]:547");
  EXPECT_EQ(ingest::to_text(ingest::make_address(hex("c0000201")), 9), "192.0.2.1:9");
}

// Cuts a datagram into fragments with pieces of 8 bytes or more.
std::vector<bytes> fragments_of(const bytes& datagram, bool v6, std::mt19937_64& random) {
  std::vector<bytes> made;
  for (std::size_t at = 0; at < datagram.size();) {
    const auto size = std::min<std::size_t>(8 * (1 + random() % 12), datagram.size() - at);
    const bytes part(datagram.begin() + static_cast<std::ptrdiff_t>(at),
                     datagram.begin() + static_cast<std::ptrdiff_t>(at + size));
    const bool more = at + size < datagram.size();
    if (v6) {
      const auto header = hex("1100") + big(at | (more ? 1U : 0U), 2) + big(77, 4);
      made.push_back(ipv6("2001:db8::1", "2001:db8::2", 44, header + part));
    } else {
      made.push_back(ipv4("192.0.2.1", "192.0.2.53", 17, part, 77,
                          static_cast<std::uint16_t>((more ? 0x2000U : 0U) | at / 8)));
    }
    at += size;
  }
  return made;
}

TEST(fragments, any_order_with_repetitions_gives_the_datagram) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    bytes payload(200 + random() % 3000);
    for (auto& byte : payload) byte = static_cast<std::uint8_t>(random());
    auto parts = fragments_of(udp(40'000, 53, payload), seed % 2 == 0, random);
    std::shuffle(parts.begin(), parts.end(), random);
    const auto last = parts.back();
    parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(random() % parts.size()),
                 parts[random() % (parts.size() - 1)]);
    pcap_builder file(101);
    for (const auto& part : parts) file.add(part);
    const auto result = must_read(file.done());
    const auto& group = group_named(result, "UDP/53");
    ASSERT_EQ(group.messages.size(), 1U);
    EXPECT_EQ(payload_of(group, 0), payload);
  }
}

TEST(fragments, an_incomplete_datagram_is_counted_and_its_flow_is_known) {
  std::mt19937_64 random(3);
  auto parts = fragments_of(udp(40'000, 53, bytes(900, 5)), false, random);
  parts.pop_back();
  pcap_builder file(101);
  for (const auto& part : parts) file.add(part);
  const auto result = must_read(file.done());
  ASSERT_FALSE(result.report.refused.empty());
  EXPECT_EQ(result.report.refused[0].reason, "IP fragments without the others of their datagram");
  EXPECT_EQ(result.report.refused[0].messages, parts.size());
  EXPECT_EQ(group_named(result, "UDP/53").flows.size(), 1U);
}

TEST(fragments, the_oldest_datagrams_go_when_there_are_too_many) {
  ingest::fragment_table table({4, 1U << 20U});
  for (std::uint32_t id = 1; id <= 10; ++id) {
    ingest::ip_packet packet;
    const bytes part(16, 1);
    packet.payload = part;
    packet.wire_bytes = 16;
    packet.part = ingest::fragment{id, 0, true};
    EXPECT_FALSE(table.add(packet, id, duration(0)).has_value());
  }
  const auto gone = table.take_incomplete(false);
  ASSERT_EQ(gone.size(), 6U);
  EXPECT_EQ(gone.front().first_packet, 1U);
  EXPECT_EQ(table.take_incomplete(true).size(), 4U);
}

}  // namespace
}  // namespace troupe::test
