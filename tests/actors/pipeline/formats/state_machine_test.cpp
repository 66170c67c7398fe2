#include "actors/pipeline/formats/state_machine.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <tuple>

#include "tests/actors/pipeline/parser/builders.hpp"

namespace troupe {
namespace {

constexpr auto c2s = direction::client_to_server;
constexpr auto s2c = direction::server_to_client;

std::vector<sent_message> flows_of(const std::vector<std::vector<sent_message>>& flows) {
  std::vector<sent_message> all;
  for (std::uint32_t flow = 0; flow < flows.size(); ++flow)
    for (auto one : flows[flow]) {
      one.flow = flow;
      all.push_back(one);
    }
  return all;
}

TEST(state_machine, no_messages_leave_the_beginning_alone) {
  const auto machine = infer_state_machine(std::vector<sent_message>{});
  EXPECT_EQ(machine.states, 1U);
  EXPECT_TRUE(machine.edges.empty());
  EXPECT_EQ(machine.flows, 0U);
}

TEST(state_machine, requests_and_answers_need_two_states_and_an_end) {
  std::vector<sent_message> flow;
  for (int i = 0; i < 5; ++i) {
    flow.push_back({0, c2s, 0});
    flow.push_back({0, s2c, 1});
  }
  // After an answer as at the beginning: a request.
  const auto machine = infer_state_machine(flow);
  EXPECT_EQ(machine.states, 2U);
  EXPECT_EQ(machine.edges,
            (std::vector<state_machine::edge>{{0, c2s, 0, 1, 5}, {1, s2c, 1, 0, 5}}));
  EXPECT_EQ(machine.ends, (std::vector<std::uint64_t>{1, 0}));
}

TEST(state_machine, a_login_comes_once_before_the_rest) {
  const auto machine = infer_state_machine(
      flows_of({{{0, c2s, 0}, {0, s2c, 1}, {0, c2s, 2}, {0, s2c, 3}, {0, c2s, 2}, {0, s2c, 3}},
                {{0, c2s, 0}, {0, s2c, 1}, {0, c2s, 2}, {0, s2c, 3}}}));
  // 0 -login-> 1 -ok-> 2 -query-> 3 -row-> 2
  EXPECT_EQ(machine.states, 4U);
  EXPECT_EQ(machine.edges,
            (std::vector<state_machine::edge>{
                {0, c2s, 0, 1, 2}, {1, s2c, 1, 2, 2}, {2, c2s, 2, 3, 3}, {3, s2c, 3, 2, 3}}));
  EXPECT_EQ(machine.ends[2], 2U);
}

TEST(state_machine, a_transition_of_exactly_the_least_share_stays_and_one_below_it_is_counted) {
  const auto with_rare = [](int others) {
    std::vector<sent_message> messages;
    for (int i = 0; i < others; ++i) messages.push_back({static_cast<std::uint32_t>(i), c2s, 0});
    messages.push_back({static_cast<std::uint32_t>(others), c2s, 1});
    return infer_state_machine(messages, 0.01);
  };
  EXPECT_EQ(with_rare(99).edges.size(), 2U);
  EXPECT_EQ(with_rare(99).rare, 0U);
  EXPECT_EQ(with_rare(100).edges.size(), 1U);
  EXPECT_EQ(with_rare(100).rare, 1U);
}

TEST(state_machine, flows_that_overlap_in_time_do_not_mix) {
  const auto machine = infer_state_machine(std::vector<sent_message>{
      {0, c2s, 0}, {1, c2s, 0}, {0, s2c, 1}, {1, s2c, 1}, {0, c2s, 0}, {1, c2s, 0}});
  for (const auto& edge : machine.edges) EXPECT_NE(edge.from, edge.to);
}

TEST(state_machine, every_message_is_an_edge_or_rare) {
  constexpr std::uint64_t seed = 81'000;
  std::mt19937_64 random(seed);
  SCOPED_TRACE(seed);
  for (int round = 0; round < 200; ++round) {
    std::vector<sent_message> messages(random() % 300);
    for (auto& one : messages)
      one = {static_cast<std::uint32_t>(random() % 5), random() % 2 == 0 ? c2s : s2c,
             static_cast<std::uint32_t>(random() % (1 + random() % 6))};
    const auto machine = infer_state_machine(messages, 0.05);
    std::uint64_t sum = machine.rare;
    std::set<std::tuple<std::uint32_t, direction, std::uint32_t>> taken;
    for (const auto& edge : machine.edges) {
      sum += edge.seen;
      EXPECT_LT(edge.from, machine.states);
      EXPECT_LT(edge.to, machine.states);
      EXPECT_TRUE(taken.insert({edge.from, edge.dir, edge.type}).second) << "not deterministic";
    }
    EXPECT_EQ(sum, messages.size());
    EXPECT_EQ(machine.ends.size(), machine.states);
  }
}

TEST(state_machine, a_name_with_quotes_stays_one_label) {
  auto what = build::of({});
  what.types[0].name = "say \"hi\"";
  const std::vector<sent_message> messages{{0, c2s, 0}};
  const auto dot = to_dot(infer_state_machine(messages), what, "x");
  EXPECT_NE(dot.find("[label=\"c2s say \\\"hi\\\" (1)\"]"), std::string::npos) << dot;
}

}  // namespace
}  // namespace troupe
