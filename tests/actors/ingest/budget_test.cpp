// What does not fit is sampled, counted and reproducible.
#include <set>

#include "actors/ingest/message_pool.hpp"
#include "tests/actors/ingest/ingest_reading.hpp"

namespace troupe::test {
namespace {

bytes many_datagrams(int count) {
  pcap_builder file(101);
  for (int i = 0; i < count; ++i) {
    file.add(ipv4("192.0.2.1", "192.0.2.53", 17,
                  udp(40'000, 53, big(static_cast<std::uint64_t>(i), 4) + bytes(96, 1))));
  }
  return file.done();
}

TEST(message_pool, the_sample_does_not_depend_on_when_it_is_shrunk) {
  const auto sample = [](int shrink_each) {
    ingest::message_pool pool;
    for (int i = 1; i <= 5000; ++i) {
      ingest::pooled_message one;
      one.source = static_cast<std::uint64_t>(i);
      const auto body = big(static_cast<std::uint64_t>(i), 8);
      pool.add(one, body, 42);
      if (i % shrink_each == 0) pool.shrink(1U << 30U, 500);
    }
    pool.shrink(1U << 30U, 500);
    std::set<std::uint64_t> kept;
    for (const auto& one : pool.messages()) {
      const auto view = pool.bytes_of(one);
      EXPECT_EQ(bytes(view.begin(), view.end()), big(one.source, 8));
      kept.insert(one.source);
    }
    EXPECT_EQ(pool.dropped().messages, 4500U);
    EXPECT_EQ(pool.dropped().bytes, 36'000U);
    return kept;
  };
  const auto once = sample(5000);
  EXPECT_EQ(once.size(), 500U);
  EXPECT_EQ(sample(601), once);
  // All parts of the input are in it.
  EXPECT_GT(std::distance(once.begin(), once.lower_bound(2500)), 180);
  EXPECT_GT(std::distance(once.lower_bound(2500), once.end()), 180);
}

TEST(budgets, a_group_is_sampled_in_capture_order_and_the_rest_is_counted) {
  ingest_options options;
  options.group_budget_messages = 100;
  options.seed = 7;
  const auto file = many_datagrams(1000);
  const auto result = must_read(file, options);
  const auto& group = group_named(result, "UDP/53");
  ASSERT_EQ(group.messages.size(), 100U);
  EXPECT_EQ(group.messages_seen, 1000U);
  EXPECT_EQ(group.bytes_seen, 100'000U);
  for (std::size_t i = 1; i < 100; ++i)
    EXPECT_LT(group.messages[i - 1].source, group.messages[i].source);
  ASSERT_EQ(group.unused.size(), 1U);
  EXPECT_EQ(group.unused[0].messages, 900U);
  EXPECT_EQ(group.unused[0].bytes, 90'000U);
  EXPECT_EQ(hash_of(*must_read(file, options).groups[0]), hash_of(group));
  options.seed = 8;
  EXPECT_NE(hash_of(*must_read(file, options).groups[0]), hash_of(group));
}

TEST(budgets, bytes_of_a_group_and_of_all_groups_are_bounded) {
  ingest_options options;
  options.group_budget_bytes = 5000;
  const auto narrow = must_read(many_datagrams(1000), options);
  EXPECT_EQ(narrow.groups[0]->bytes.size(), 5000U);
  options = {};
  options.total_budget_bytes = 50'000;
  const auto total = must_read(many_datagrams(1000), options);
  EXPECT_LE(total.groups[0]->bytes.size(), 50'000U);
  EXPECT_GT(total.groups[0]->bytes.size(), 20'000U);
  const auto& group = *total.groups[0];
  EXPECT_EQ(group.unused[0].messages + group.messages.size(), 1000U);
}

TEST(budgets, groups_and_flows_beyond_their_limits_are_only_counted) {
  pcap_builder file(101);
  for (std::uint16_t port = 1; port <= 100; ++port) {
    file.add(ipv4("192.0.2.1", "192.0.2.2", 6, tcp(50'000, port, {1, 0, syn}, {})));
  }
  ingest_options options;
  options.groups_limit = 10;
  options.flows_limit = 60;
  const auto result = must_read(file.done(), options);
  EXPECT_EQ(result.groups.size(), 10U);
  ASSERT_EQ(result.report.refused.size(), 2U);
  EXPECT_EQ(result.report.refused[0].reason, "packets of flows over the limit of 60");
  EXPECT_EQ(result.report.refused[0].messages, 40U);
  EXPECT_EQ(result.report.refused[1].reason, "packets of groups over the limit of 10");
  EXPECT_EQ(result.report.refused[1].messages, 50U);
}

TEST(budgets, a_long_stream_is_cut_as_it_comes_by_the_rule_that_was_learnt) {
  pcap_builder file(101);
  std::uint32_t sequence = 1;
  file.add(ipv4("192.0.2.1", "192.0.2.2", 6, tcp(50'000, 7000, {0, 0, syn}, {})));
  const int count = 9000;
  std::uint64_t total = 0;
  for (int i = 0; i < count; ++i) {
    const auto body =
        big(static_cast<std::uint64_t>(i), 4) + bytes(400 + static_cast<std::size_t>(i % 700), 3);
    const auto message = big(body.size(), 2) + body;
    file.add(
        ipv4("192.0.2.1", "192.0.2.2", 6, tcp(50'000, 7000, {sequence, 0, push_ack}, message)));
    sequence += static_cast<std::uint32_t>(message.size());
    total += message.size();
  }
  const auto result = must_read(file.done());
  const auto& group = group_named(result, "TCP/7000");
  EXPECT_EQ(describe(group.frames), "length prefix: 2 bytes big endian at offset 0 + 2");
  EXPECT_EQ(group.messages.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(group.bytes.size(), total);
  EXPECT_TRUE(group.unused.empty());
}

}  // namespace
}  // namespace troupe::test
