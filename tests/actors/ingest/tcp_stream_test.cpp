// TCP: order, repetition, overlap, gaps, streams from their middle; openings and flows.
#include "actors/ingest/tcp_stream.hpp"

#include <algorithm>
#include <random>

#include "tests/actors/ingest/ingest_reading.hpp"

namespace troupe::test {
namespace {

using ingest::stream_piece;
using ingest::tcp_segment;
using ingest::tcp_stream;

// Collects what a stream delivers.
struct collector {
  bytes all;
  std::vector<std::uint32_t> sizes;
  int gaps = 0;
  int begins = 0;
  std::uint64_t last_order = 0;

  tcp_stream::sink sink() {
    return [this](const stream_piece& piece) {
      all.insert(all.end(), piece.bytes.begin(), piece.bytes.end());
      sizes.push_back(piece.wire_bytes);
      gaps += piece.gap_before ? 1 : 0;
      begins += piece.begins ? 1 : 0;
      EXPECT_GE(piece.order, last_order);
      last_order = piece.order;
    };
  }
};

tcp_segment part(const bytes& whole, std::size_t at, std::size_t size, std::uint32_t base,
                 std::uint64_t packet = 1) {
  tcp_segment made;
  made.sequence = base + static_cast<std::uint32_t>(at);
  made.bytes = ingest::byte_view(whole).subspan(at, size);
  made.wire_bytes = static_cast<std::uint32_t>(size);
  made.from.packet = packet;
  return made;
}

constexpr std::uint64_t budget = 1U << 20U;

TEST(tcp_stream, any_cutting_order_repetition_and_overlap_gives_the_same_bytes) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    bytes whole(1 + random() % 4000);
    for (auto& byte : whole) byte = static_cast<std::uint8_t>(random());
    // Sequence numbers wrap around inside the stream.
    const auto base = static_cast<std::uint32_t>(0 - random() % 5000);
    std::vector<tcp_segment> segments;
    for (std::size_t at = 0; at < whole.size();) {
      const auto size = std::min<std::size_t>(1 + random() % 300, whole.size() - at);
      segments.push_back(part(whole, at, size, base));
      at += size;
    }
    for (auto extra = random() % 20; extra > 0; --extra) {
      const auto at = random() % whole.size();
      segments.push_back(part(whole, at, 1 + random() % (whole.size() - at), base));
    }
    std::shuffle(segments.begin(), segments.end(), random);
    collector got;
    tcp_stream stream(budget);
    stream.begin(base - 1, got.sink());
    std::uint64_t packet = 0;
    for (auto& segment : segments) {
      segment.from.packet = ++packet;
      stream.add(segment, got.sink());
    }
    EXPECT_EQ(stream.held_bytes(), 0U);
    EXPECT_EQ(got.all, whole);
    EXPECT_EQ(got.gaps, 0);
    EXPECT_EQ(got.begins, 1);
  }
}

TEST(tcp_stream, a_retransmitted_segment_is_used_once) {
  const auto whole = text("abcdef");
  collector got;
  tcp_stream stream(budget);
  stream.begin(99, got.sink());
  EXPECT_EQ(stream.add(part(whole, 0, 3, 100), got.sink()), tcp_stream::verdict::used);
  EXPECT_EQ(stream.add(part(whole, 0, 3, 100), got.sink()), tcp_stream::verdict::repeated);
  EXPECT_EQ(stream.add(part(whole, 1, 5, 100), got.sink()), tcp_stream::verdict::used);
  EXPECT_EQ(got.all, whole);
  EXPECT_EQ(got.sizes, (std::vector<std::uint32_t>{3, 3}));
}

TEST(tcp_stream, of_bytes_seen_twice_the_first_ones_hold) {
  const auto first = text("AAAA");
  const auto second = text("bbbbbbbb");
  collector got;
  tcp_stream stream(budget);
  stream.begin(99, got.sink());
  stream.add(part(first, 0, 4, 102), got.sink());
  stream.add(part(second, 0, 8, 100), got.sink());
  EXPECT_EQ(got.all, text("bbAAAAbb"));
}

TEST(tcp_stream, a_hole_that_the_other_side_acknowledged_is_given_up_after_eight_looks) {
  const auto whole = text("0123456789");
  collector got;
  tcp_stream stream(budget);
  stream.begin(99, got.sink());
  stream.add(part(whole, 0, 2, 100), got.sink());
  stream.add(part(whole, 5, 5, 100), got.sink());  // the first look
  for (int look = 2; look < 8; ++look) stream.acknowledged(110, got.sink());
  EXPECT_EQ(got.all, text("01"));
  stream.acknowledged(110, got.sink());
  EXPECT_EQ(got.all, text("0156789"));
  EXPECT_EQ(got.gaps, 1);
}

TEST(tcp_stream, a_hole_that_nobody_acknowledged_stays_open_until_the_end) {
  const auto whole = text("0123456789");
  collector got;
  tcp_stream stream(budget);
  stream.begin(99, got.sink());
  stream.add(part(whole, 5, 5, 100), got.sink());
  for (int look = 0; look < 100; ++look) stream.acknowledged(100, got.sink());
  EXPECT_TRUE(got.all.empty());
  stream.flush(got.sink());
  EXPECT_EQ(got.all, text("56789"));
  EXPECT_EQ(got.begins, 0);
}

TEST(tcp_stream, what_waits_behind_a_hole_stays_within_the_budget) {
  const bytes whole(100'000, 7);
  collector got;
  tcp_stream stream(10'000);
  stream.begin(99, got.sink());
  for (std::size_t at = 1000; at < whole.size(); at += 2000) {
    stream.add(part(whole, at, 1000, 100), got.sink());
    EXPECT_LE(stream.held_bytes(), 10'000U);
  }
  EXPECT_GT(got.gaps, 30);
}

TEST(tcp_stream, a_stream_may_begin_in_its_middle) {
  const auto whole = text("0123456789");
  collector got;
  tcp_stream stream(budget);
  stream.add(part(whole, 4, 3, 5000), got.sink());
  EXPECT_EQ(stream.add(part(whole, 0, 4, 5000), got.sink()), tcp_stream::verdict::before_start);
  stream.add(part(whole, 7, 3, 5000), got.sink());
  EXPECT_EQ(got.all, text("456789"));
  EXPECT_EQ(got.begins, 0);
}

TEST(tcp_stream, a_lonely_segment_far_away_is_left_out_and_two_in_a_row_are_a_gap) {
  const auto whole = text("0123456789");
  collector got;
  tcp_stream stream(budget);
  stream.begin(99, got.sink());
  EXPECT_EQ(stream.add(part(whole, 0, 2, 900'000'000), got.sink()), tcp_stream::verdict::outside);
  stream.add(part(whole, 0, 2, 100), got.sink());
  EXPECT_EQ(stream.add(part(whole, 2, 2, 900'000'000), got.sink()), tcp_stream::verdict::used);
  EXPECT_EQ(got.all, text("0123"));
  EXPECT_EQ(got.gaps, 1);
}

TEST(tcp_stream, a_new_handshake_starts_the_stream_again) {
  const auto whole = text("0123456789");
  collector got;
  tcp_stream stream(budget);
  stream.begin(99, got.sink());
  stream.add(part(whole, 0, 2, 100), got.sink());
  stream.begin(99, got.sink());
  stream.begin(70'000, got.sink());
  stream.add(part(whole, 2, 3, 69'999), got.sink());
  EXPECT_EQ(got.all, text("01234"));
  EXPECT_EQ(got.begins, 2);
  EXPECT_EQ(got.gaps, 0);
}

TEST(tcp_stream, a_segment_that_the_capture_cut_leaves_a_gap) {
  const auto whole = text("0123456789");
  collector got;
  tcp_stream stream(budget);
  stream.begin(99, got.sink());
  auto cut = part(whole, 0, 2, 100);
  cut.wire_bytes = 6;
  stream.add(cut, got.sink());
  stream.add(part(whole, 6, 4, 100), got.sink());
  EXPECT_EQ(got.all, text("016789"));
  EXPECT_EQ(got.gaps, 1);
  EXPECT_EQ(got.sizes, (std::vector<std::uint32_t>{6, 4}));
}

// One connection between a client on port 50000 and a server on 7000.
class connection {
 public:
  connection& send(bool client, std::uint8_t flags, const bytes& payload = {}) {
    auto& mine = client ? client_next_ : server_next_;
    const auto other = client ? server_next_ : client_next_;
    file_.add(segment(client, {mine, other, flags}, payload), ++time_ * 1000);
    mine += static_cast<std::uint32_t>(payload.size()) + ((flags & syn) != 0 ? 1U : 0U);
    return *this;
  }
  connection& repeat(bool client, std::uint32_t back, const bytes& payload) {
    const auto mine = (client ? client_next_ : server_next_) - back;
    file_.add(segment(client, {mine, 0, push_ack}, payload), ++time_ * 1000);
    return *this;
  }
  connection& open() { return send(true, syn).send(false, syn_ack).send(true, ack); }
  [[nodiscard]] const bytes& done() const { return file_.done(); }

 private:
  static bytes segment(bool client, const tcp_options& options, const bytes& payload) {
    return client ? ipv4("192.0.2.1", "192.0.2.2", 6, tcp(50'000, 7000, options, payload))
                  : ipv4("192.0.2.2", "192.0.2.1", 6, tcp(7000, 50'000, options, payload));
  }

  pcap_builder file_{101};
  std::uint32_t client_next_ = 1000;
  std::uint32_t server_next_ = 9000;
  std::uint64_t time_ = 0;
};

TEST(tcp_flow, the_opening_has_payload_packets_in_order_without_retransmissions) {
  connection talk;
  talk.open().send(true, push_ack, text("hello")).send(false, ack).repeat(true, 5, text("hello"));
  talk.send(false, push_ack, text("welcome"));
  const auto result = must_read(talk.done());
  const auto& group = group_named(result, "TCP/7000");
  ASSERT_EQ(group.flows.size(), 1U);
  const auto& flow = group.flows[0];
  EXPECT_TRUE(flow.opener_seen);
  EXPECT_EQ(flow.client, "192.0.2.1:50000");
  EXPECT_EQ(flow.packets, 7U);
  ASSERT_EQ(flow.opening.size(), 2U);
  EXPECT_EQ(flow.opening[0].packet, 4U);
  EXPECT_EQ(flow.opening[0].wire_size, 5U);
  EXPECT_EQ(flow.opening[1].packet, 7U);
  EXPECT_EQ(flow.opening[1].dir, direction::server_to_client);
  const auto view = group.payload(flow.opening[1]);
  EXPECT_EQ(bytes(view.begin(), view.end()), text("welcome"));
  ASSERT_EQ(group.messages.size(), 2U);
  EXPECT_EQ(payload_of(group, 0), text("hello"));
}

TEST(tcp_flow, the_opening_is_limited_per_direction) {
  connection talk;
  talk.open();
  for (int i = 0; i < 20; ++i) talk.send(true, push_ack, bytes(300, 1));
  talk.send(false, push_ack, text("end"));
  const auto result = must_read(talk.done());
  const auto& flow = group_named(result, "TCP/7000").flows[0];
  ASSERT_EQ(flow.opening.size(), opening_limit::segments_per_direction + 1);
  EXPECT_EQ(flow.opening[0].size, opening_limit::segment_bytes);
  EXPECT_EQ(flow.opening[0].wire_size, 300U);
  EXPECT_EQ(flow.opening.back().packet, 24U);
}

TEST(tcp_flow, flows_without_payload_are_flows) {
  const auto result = must_read(connection().open().done());
  const auto& group = group_named(result, "TCP/7000");
  EXPECT_TRUE(group.messages.empty());
  ASSERT_EQ(group.flows.size(), 1U);
  EXPECT_EQ(group.flows[0].packets, 3U);
}

TEST(tcp_flow, an_answer_to_a_handshake_alone_tells_the_server) {
  const auto result = must_read(connection().send(false, syn_ack).done());
  const auto& flow = group_named(result, "TCP/7000").flows[0];
  EXPECT_TRUE(flow.opener_seen);
  EXPECT_EQ(flow.server, "192.0.2.2:7000");
}

TEST(services, the_port_that_most_flows_share_is_the_server_also_for_flows_before) {
  pcap_builder file(101);
  file.add(
      ipv4("192.0.2.1", "192.0.2.2", 17, udp(4000, 48'000, text("answer of an old question"))));
  for (std::uint16_t port = 6000; port < 6005; ++port) {
    file.add(ipv4("192.0.2.2", "192.0.2.1", 17, udp(port, 48'000, text("question"))));
  }
  const auto result = must_read(file.done());
  ASSERT_EQ(result.groups.size(), 1U);
  EXPECT_EQ(result.groups[0]->name, "UDP/48000");
  EXPECT_EQ(result.groups[0]->flows.size(), 6U);
}

TEST(services, without_better_evidence_the_port_that_looks_like_a_service_is_the_server) {
  const auto server_of = [](std::uint16_t from, std::uint16_t to) {
    return must_read(pcap_builder(101)
                         .add(ipv4("192.0.2.1", "192.0.2.2", 17, udp(from, to, text("x"))))
                         .done())
        .groups[0]
        ->name;
  };
  EXPECT_EQ(server_of(53, 2000), "UDP/53");
  EXPECT_EQ(server_of(40'000, 5060), "UDP/5060");
  EXPECT_EQ(server_of(5060, 40'000), "UDP/5060");
  EXPECT_EQ(server_of(546, 547), "UDP/547");
  EXPECT_EQ(server_of(50'001, 50'000), "UDP/50000");
}

TEST(services, a_handshake_seen_once_names_the_server_of_other_flows) {
  connection talk;
  talk.open();
  auto file = talk.done();
  const auto late = pcap_builder(101)
                        .add(ipv4("192.0.2.2", "192.0.2.9", 6, tcp(7000, 99, {}, text("late"))))
                        .done();
  file.insert(file.end(), late.begin() + 24, late.end());
  const auto result = must_read(file);
  ASSERT_EQ(result.groups.size(), 1U);
  EXPECT_EQ(result.groups[0]->flows.size(), 2U);
  EXPECT_EQ(result.groups[0]->messages[0].dir, direction::server_to_client);
}

}  // namespace
}  // namespace troupe::test
