// TCP streams out of order while the memory for them is short.
#include <algorithm>
#include <random>

#include "actors/ingest/traffic_builder.hpp"
#include "tests/actors/ingest/ingest_reading.hpp"

namespace troupe::test {
namespace {

constexpr std::uint32_t raw_ip_link = 101;

bytes segment_of(std::uint16_t client_port, std::uint32_t sequence, std::uint8_t flags,
                 const bytes& payload, std::uint16_t server_port = 7000) {
  return ipv4("192.0.2.1", "192.0.2.2", 6,
              tcp(client_port, server_port, {sequence, 0, flags}, payload));
}

bytes noise(std::mt19937_64& random, std::size_t size) {
  bytes made(size);
  for (auto& byte : made) byte = static_cast<std::uint8_t>(random());
  return made;
}

// What all groups have, and what they could not use.
struct account {
  std::uint64_t seen = 0;
  std::uint64_t unused = 0;
};

account account_of(const std::vector<traffic_group_ptr>& groups) {
  account sum;
  for (const auto& group : groups) {
    sum.seen += group->bytes_seen;
    for (const auto& one : group->unused) sum.unused += one.bytes;
  }
  return sum;
}

TEST(disorder, holes_of_idle_flows_do_not_cost_those_that_come_later) {
  ingest_options options;
  options.held_budget_bytes = 20'000;
  std::mt19937_64 random(1);
  pcap_builder file(raw_ip_link);
  for (std::uint16_t port = 50'000; port < 50'020; ++port) {
    file.add(segment_of(port, 0, syn, {}));
    file.add(segment_of(port, 100, ack, noise(random, 2000)));  // 99 bytes never come
  }
  const auto whole = noise(random, 1200);
  const auto part = [&](std::size_t at) {
    return bytes(whole.begin() + static_cast<std::ptrdiff_t>(at),
                 whole.begin() + static_cast<std::ptrdiff_t>(at + 400));
  };
  file.add(segment_of(60'000, 0, syn, {}, 7001));
  for (const std::size_t at : {0U, 800U, 400U}) {
    file.add(segment_of(60'000, static_cast<std::uint32_t>(at + 1), ack, part(at), 7001));
  }
  const auto result = must_read(file.done(), options);
  const auto& group = group_named(result, "TCP/7001");
  EXPECT_EQ(group.bytes, whole);
  EXPECT_TRUE(group.unused.empty());
}

TEST(disorder, a_segment_that_comes_after_its_hole_was_given_up_is_counted) {
  ingest_options options;
  options.stream_budget_bytes = 1000;
  pcap_builder file(raw_ip_link);
  file.add(segment_of(50'000, 0, syn, {}));
  file.add(segment_of(50'000, 301, ack, bytes(1200, 1)));  // gives the hole of 300 bytes up
  file.add(segment_of(50'000, 101, ack, bytes(200, 2)));
  const auto result = must_read(file.done(), options);
  const auto& group = group_named(result, "TCP/7000");
  EXPECT_EQ(group.bytes_seen, 1200U);
  ASSERT_EQ(group.unused.size(), 1U);
  EXPECT_EQ(group.unused[0].reason, "TCP segment that came after the hole it fills was given up");
  EXPECT_EQ(group.unused[0].bytes, 200U);
  EXPECT_EQ(group.unused[0].first_place, "packet 3");
}

TEST(disorder, bytes_from_before_a_handshake_are_no_repetition) {
  pcap_builder file(raw_ip_link);
  file.add(segment_of(50'000, 1000, syn, {}));
  file.add(segment_of(50'000, 500, ack, bytes(20, 1)));  // of an older connection on these ports
  file.add(segment_of(50'000, 1001, ack, bytes(30, 2)));
  const auto result = must_read(file.done());
  const auto& group = group_named(result, "TCP/7000");
  EXPECT_EQ(group.bytes, bytes(30, 2));
  ASSERT_EQ(group.unused.size(), 1U);
  EXPECT_EQ(group.unused[0].bytes, 20U);
}

TEST(disorder, idle_flows_inside_a_message_do_not_cost_those_that_come_later) {
  ingest_options options;
  options.held_budget_bytes = 60'000;
  std::mt19937_64 random(2);
  pcap_builder file(raw_ip_link);
  std::uint64_t sent = 0;
  std::uint32_t sequence = 1;
  const auto send = [&](std::uint16_t port, const bytes& payload) {
    file.add(segment_of(port, sequence, ack, payload));
    sequence += static_cast<std::uint32_t>(payload.size());
    sent += payload.size();
  };
  const auto message = [&](std::size_t size) { return big(size, 2) + noise(random, size); };
  const auto open = [&](std::uint16_t port) {
    file.add(segment_of(port, 0, syn, {}));
    sequence = 1;
    for (int count = 0; count < 4; ++count) send(port, message(100 + random() % 300));
  };
  for (std::uint16_t port = 50'000; port < 50'060; ++port) {
    open(port);
    const auto unfinished = message(4000);
    send(port, bytes(unfinished.begin(), unfinished.begin() + 2000));
  }
  open(60'000);
  const auto last = message(3000);
  send(60'000, bytes(last.begin(), last.begin() + 1400));
  send(60'000, bytes(last.begin() + 1400, last.end()));
  const auto result = must_read(file.done(), options);
  const auto& group = group_named(result, "TCP/7000");
  EXPECT_EQ(group.frames.kind, framing::how::length_prefix);
  ASSERT_FALSE(group.messages.empty());
  EXPECT_EQ(payload_of(group, group.messages.size() - 1), last);
  const auto sum = account_of(result.groups);
  EXPECT_EQ(sum.seen + sum.unused, sent);
}

// One flow's stream, its segments to be sent in some order.
struct sender {
  std::uint16_t port = 0;
  std::vector<std::pair<std::uint32_t, bytes>> segments;
};

sender make_sender(std::mt19937_64& random, std::uint16_t port) {
  sender made{port, {}};
  std::uint32_t at = 1;
  for (auto count = 1 + random() % 40; count > 0; --count) {
    auto body = noise(random, 1 + random() % 500);
    const auto size = static_cast<std::uint32_t>(body.size());
    const bool is_lost = random() % 10 == 0;
    if (!is_lost) made.segments.emplace_back(at, std::move(body));
    at += size;
  }
  // Mostly mild disorder, sometimes none of it left.
  const auto reach = random() % 3 == 0 ? made.segments.size() : std::size_t{3};
  for (std::size_t i = 0; i < made.segments.size(); ++i) {
    const auto other = std::min(i + random() % (reach + 1), made.segments.size() - 1);
    std::swap(made.segments[i], made.segments[other]);
  }
  return made;
}

TEST(disorder, memory_stays_within_its_budget_and_nothing_vanishes_uncounted) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    ingest_options options;
    options.held_budget_bytes = 1000 + random() % 40'000;
    options.stream_budget_bytes = 500 + random() % 20'000;
    std::vector<sender> senders;
    for (std::uint16_t port = 50'000; port < 50'040; ++port) {
      senders.push_back(make_sender(random, port));
    }
    ingest::traffic_builder builder(options);
    std::uint64_t number = 0;
    std::uint64_t sent = 0;
    const auto add = [&](const bytes& packet) {
      builder.add(
          {++number, duration(0), raw_ip_link, packet, static_cast<std::uint32_t>(packet.size())});
      ASSERT_LE(builder.disordered_bytes(), options.held_budget_bytes);
    };
    for (const auto& one : senders) add(segment_of(one.port, 0, syn, {}));
    while (!senders.empty()) {
      auto& one = senders[random() % senders.size()];
      if (one.segments.empty()) {
        one = std::move(senders.back());
        senders.pop_back();
        continue;
      }
      const auto& [sequence, body] = one.segments.front();
      sent += body.size();
      add(segment_of(one.port, sequence, push_ack, body));
      one.segments.erase(one.segments.begin());
    }
    const auto groups = builder.finish();
    EXPECT_EQ(builder.disordered_bytes(), 0U);
    EXPECT_TRUE(builder.refused().empty());
    const auto sum = account_of(groups);
    EXPECT_LE(sum.seen, sent);
    EXPECT_GE(sum.seen + sum.unused, sent);
  }
}

}  // namespace
}  // namespace troupe::test
