#include "actors/pipeline/grammar/kinds.hpp"

#include <gtest/gtest.h>

#include "actors/pipeline/grammar/ends.hpp"
#include "actors/pipeline/grammar/meanings.hpp"
#include "tests/actors/pipeline/grammar/made_traffic.hpp"

namespace troupe::grammar {
namespace {

using namespace troupe::test;

TEST(field_kinds, an_identifier_that_the_answer_repeats_is_an_id) {
  std::mt19937_64 random(10);
  std::vector<payload> payloads;
  for (int i = 0; i < 40; ++i) {
    const auto id = noise(random, 2);
    payloads.push_back(id + payload{1});
    payloads.push_back(id + payload{2});
  }
  const made traffic(payloads, true);
  EXPECT_EQ(describe_field(traffic.scopes, traffic.from, 0, 2, byte_order::big).kind,
            field_kind::id);
  EXPECT_EQ(describe_field(traffic.scopes, traffic.from, 2, 1, byte_order::big).kind,
            field_kind::enumeration);
}

TEST(field_kinds, an_identifier_stays_an_id_in_more_messages_than_are_looked_at) {
  std::mt19937_64 random(11);
  std::vector<payload> payloads;
  for (int i = 0; i < 1500; ++i) {
    const auto id = noise(random, 4);
    payloads.push_back(id);
    payloads.push_back(id);
  }
  const made traffic(payloads, true);
  EXPECT_EQ(describe_field(traffic.scopes, traffic.from, 0, 4, byte_order::big).kind,
            field_kind::id);
}

/// The chance of another value for one byte, in messages of these flows.
template <class Flow, class Value>
double unlisted_in(std::uint32_t messages, Flow flow, Value value) {
  std::vector<payload> payloads;
  for (std::uint32_t i = 0; i < messages; ++i) payloads.push_back(big(value(i), 1));
  made traffic(payloads);
  for (std::uint32_t i = 0; i < messages; ++i) traffic.from[i].flow = flow(i);
  return *describe_field(traffic.scopes, traffic.from, 0, 1, byte_order::big).unlisted;
}

TEST(field_kinds, a_constant_of_many_flows_is_more_certain_than_one_of_a_single_flow) {
  const auto seven = [](auto) { return 7U; };
  // The next flow, which one of 100 messages may begin, has another value for all one flow says.
  EXPECT_DOUBLE_EQ(unlisted_in(
                       99, [](auto) { return 0U; }, seven),
                   0.01);
  EXPECT_DOUBLE_EQ(unlisted_in(
                       99, [](auto i) { return i / 11; }, seven),
                   0.01 * 0.1);
  // Every message begins a flow, and of 100 one may differ.
  EXPECT_DOUBLE_EQ(unlisted_in(
                       99, [](auto i) { return i; }, seven),
                   0.01);
}

TEST(field_kinds, values_that_each_flow_has_of_its_own_are_never_all_known) {
  // Eight flows begin with one message, one goes on: of 100 messages 9 begin a flow.
  const auto flow = [](std::uint32_t i) { return std::min(i, 8U); };
  EXPECT_GT(unlisted_in(99, flow, flow), 0.09);
  EXPECT_LT(unlisted_in(99, flow, [](auto i) { return i % 2; }), 0.03);
}

/// Messages at random moments, each with a value made from its time in seconds.
template <class Value>
field at_random_moments(std::size_t width, Value value) {
  std::mt19937_64 random(13);
  std::vector<payload> payloads;
  std::vector<duration> times;
  std::chrono::milliseconds now{0};
  for (int i = 0; i < 60; ++i) {
    now += std::chrono::milliseconds(500 + random() % 9000);
    times.push_back(now);
    payloads.push_back(big(value(std::chrono::duration<double>(now).count()), width));
  }
  made traffic(payloads);
  for (std::size_t i = 0; i < times.size(); ++i) traffic.from[i].since_start = times[i];
  return describe_field(traffic.scopes, traffic.from, 0, static_cast<std::uint32_t>(width),
                        byte_order::big);
}

TEST(field_kinds, a_field_that_grows_with_the_capture_time_is_a_timestamp) {
  const auto unix_time = [](double now) { return static_cast<std::uint64_t>(1.7e9 + now); };
  const auto ntp_time = [](double now) {
    return static_cast<std::uint64_t>((3.9e9 + now) * 0x1p32);
  };
  const auto ticks = [](double now) { return static_cast<std::uint64_t>(5e6 + 100 * now); };
  EXPECT_EQ(at_random_moments(4, unix_time).kind, field_kind::timestamp);
  EXPECT_EQ(at_random_moments(8, ntp_time).kind, field_kind::timestamp);
  EXPECT_EQ(at_random_moments(4, ticks).kind, field_kind::timestamp);
  const auto twice_as_fast = [](double now) { return static_cast<std::uint64_t>(7e6 + 2 * now); };
  EXPECT_NE(at_random_moments(4, twice_as_fast).kind, field_kind::timestamp);
}

TEST(field_kinds, the_addresses_of_a_flow_and_of_private_networks_are_ipv4) {
  std::vector<payload> own;
  std::vector<payload> near;
  for (std::uint64_t i = 0; i < 40; ++i) {
    own.push_back(big(0xc6336401U + i % 2, 4));
    near.push_back(big(0xc0a80000U + 37 * i % 512, 4));
  }
  made traffic(own);
  for (auto& one : traffic.from) {
    one.client = ipv4_of("198.51.100.1:5000");
    one.server = ipv4_of("198.51.100.2:53");
  }
  EXPECT_EQ(describe_field(traffic.scopes, traffic.from, 0, 4, byte_order::big).kind,
            field_kind::ipv4);
  const made around(near);
  EXPECT_EQ(describe_field(around.scopes, around.from, 0, 4, byte_order::big).kind,
            field_kind::ipv4);
}

TEST(field_kinds, the_number_of_items_before_a_list_is_a_count) {
  std::mt19937_64 random(14);
  std::vector<payload> payloads;
  for (int i = 0; i < 120; ++i) {
    const auto items = 1 + random() % 40;
    payload one = big(0x7788, 2) + big(items, 1);
    for (std::uint64_t item = 0; item < items; ++item) {
      const auto size = random() % 60;
      one = one + big(1 + random() % 4, 1) + big(size, 1) + noise(random, size);
    }
    payloads.push_back(one);
  }
  const auto found = infer(group_of(payloads));
  std::size_t counts = 0;
  for (const auto& type : found.types) {
    for (const auto& one : type.elements) {
      const auto* f = std::get_if<field>(&one.node);
      if (f == nullptr || f->kind != field_kind::count) continue;
      ASSERT_TRUE(f->measures.has_value());
      EXPECT_EQ(f->measures->what, length_relation::covers::items);
      EXPECT_TRUE(std::holds_alternative<list>(type.elements[f->measures->target].node));
      ++counts;
    }
  }
  EXPECT_EQ(counts, found.types.size());
}

TEST(meanings, an_endpoint_has_an_ipv4_address_or_none) {
  EXPECT_EQ(ipv4_of("192.0.2.1:53"), 0xc0000201U);
  for (const auto* none :
       {"", "192.0.2:53", "192.0.2.256:1", "[2001:db8::1]:53", "a.b.c.d", "1..2.3"}) {
    EXPECT_EQ(ipv4_of(none), 0U) << none;
  }
}

TEST(field_kinds, an_identifier_is_seen_in_the_answers_alone) {
  std::mt19937_64 random(12);
  std::vector<payload> payloads;
  for (int i = 0; i < 40; ++i) {
    const auto id = noise(random, 4);
    payloads.push_back(id);
    payloads.push_back(id);
  }
  const made traffic(payloads, true);
  scopes answers;
  for (std::size_t i = 1; i < traffic.scopes.size(); i += 2) answers.push_back(traffic.scopes[i]);
  EXPECT_EQ(describe_field(answers, traffic.from, 0, 4, byte_order::big).kind, field_kind::id);
}

TEST(field_kinds, a_counter_keeps_its_step_in_more_messages_than_are_looked_at) {
  std::vector<payload> payloads;
  for (std::uint64_t i = 0; i < 5000; ++i) payloads.push_back(big(100 + 3 * i, 4));
  const made traffic(payloads);
  const auto found = describe_field(traffic.scopes, traffic.from, 0, 4, byte_order::big);
  EXPECT_EQ(found.kind, field_kind::sequence);
  EXPECT_EQ(found.step, 3);
}

TEST(message_ends, last_bytes_sizes_and_their_step_are_counted) {
  ends_counter counter;
  for (const auto* one : {"ab\r\n", "abcd\r\n", "ab\r\n", "\n"}) counter.add(text(one));
  auto found = counter.take();
  EXPECT_EQ(found.seen, 4U);
  EXPECT_EQ(found.only_text, 4U);
  EXPECT_EQ(found.last_byte, (std::vector<known_value>{{"\n", 4}}));
  EXPECT_EQ(found.last_two, (std::vector<known_value>{{"\n", 1}, {"\r\n", 3}}));
  EXPECT_EQ(found.sizes, (std::vector<known_size>{{1, 1}, {4, 2}, {6, 1}}));
  EXPECT_EQ(found.shortest, (known_size{1, 1}));
  EXPECT_EQ(found.longest, (known_size{6, 1}));
  EXPECT_EQ(found.step, 1U);
  counter = {};
  for (const auto size : {10U, 6U, 14U, 22U}) counter.add(payload(size, 0));
  found = counter.take();
  EXPECT_EQ(found.step, 4U);
  EXPECT_EQ(found.remainder, 2U);
  EXPECT_EQ(found.only_text, 0U);
}

TEST(message_ends, what_has_too_many_values_is_not_listed) {
  ends_counter counter;
  for (std::uint64_t i = 0; i < 1000; ++i) counter.add(big(i, 2 + i % 100));
  const auto found = counter.take();
  EXPECT_TRUE(found.last_byte.empty());
  EXPECT_TRUE(found.last_two.empty());
  EXPECT_TRUE(found.sizes.empty());
  EXPECT_EQ(found.longest, (known_size{101, 10}));
}

TEST(scopes, a_sample_in_runs_has_neighbours_from_all_over) {
  const made traffic(std::vector<payload>(1000, payload{1}));
  for (const std::size_t most : {32U, 128U, 512U}) {
    const auto chosen = spread_runs(traffic.scopes, most);
    EXPECT_EQ(chosen.size(), most);
    std::size_t neighbours = 0;
    for (std::size_t i = 1; i < chosen.size(); ++i) {
      ASSERT_LT(chosen[i - 1].of, chosen[i].of);
      if (chosen[i - 1].of + 1 == chosen[i].of) ++neighbours;
    }
    EXPECT_GE(neighbours * 10, most * 8);
    EXPECT_EQ(chosen.front().of, 0U);
    EXPECT_EQ(chosen.back().of, 999U);
  }
  EXPECT_EQ(spread_runs(traffic.scopes, 1000).size(), 1000U);
  EXPECT_EQ(spread_runs(traffic.scopes, 3).size(), 3U);
}

}  // namespace
}  // namespace troupe::grammar
