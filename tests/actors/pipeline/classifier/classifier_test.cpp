#include "actors/pipeline/classifier/classifier.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <stop_token>
#include <string>

#include "actors/pipeline/classifier/training.hpp"
#include "tests/actors/pipeline/classifier/toy_flows.hpp"

namespace troupe {
namespace {

constexpr std::uint64_t seed = 5;

const classifier_model& toy_model() {
  static const classifier_model model =
      std::get<classifier_model>(train_classifier(toy::six_protocols(seed), {}));
  return model;
}

class a_classifier : public testing::Test {
 protected:
  labelled_flow alpha(transport l4 = transport::udp) {
    return toy::flow_of("alpha", {0xaa, 0x01, 0x00, 0x10}, l4, random);
  }
  labelled_flow beta() {
    return toy::flow_of("beta", {0xbb, 0x02, 0x01, 0x20}, transport::udp, random);
  }
  labelled_flow noise() { return toy::flow_of("noise", {}, transport::udp, random); }

  std::mt19937_64 random{99};
};

void append_flow(traffic_group& group, const labelled_flow& from) {
  flow made;
  made.l4 = from.l4;
  made.opening = from.opening;
  for (segment& each : made.opening) {
    each.offset += static_cast<std::uint32_t>(group.opening_bytes.size());
  }
  group.opening_bytes.insert(group.opening_bytes.end(), from.bytes.begin(), from.bytes.end());
  group.flows.push_back(std::move(made));
}

TEST_F(a_classifier, names_a_flow_of_a_known_protocol) {
  const auto answer = classify_flow(toy_model(), alpha().view());
  EXPECT_EQ(answer.label, "alpha");
  EXPECT_GE(answer.confidence, toy_model().threshold);
  ASSERT_EQ(answer.candidates.size(), 3U);
  EXPECT_EQ(answer.candidates[0].confidence, answer.confidence);
  EXPECT_GE(answer.candidates[1].confidence, answer.candidates[2].confidence);
}

TEST_F(a_classifier, says_which_bytes_speak_for_the_label) {
  const auto answer = classify_flow(toy_model(), alpha().view());
  ASSERT_FALSE(answer.evidence.empty());
  EXPECT_EQ(answer.evidence.front(),
            "message 1 begins aa 01 00 10 (seen in 8 of 8 alpha captures)");
}

TEST_F(a_classifier, decides_after_the_first_message_when_it_can) {
  classifier_model quick = toy_model();
  quick.early_threshold = quick.threshold;
  const auto early = classify_flow(quick, alpha().view());
  EXPECT_EQ(early.segments_used, 1U);
  EXPECT_EQ(early.packets_used, 1U);
  quick.early_threshold = 2;
  EXPECT_EQ(classify_flow(quick, alpha().view()).segments_used, 4U);
}

TEST_F(a_classifier, abstains_on_noise) {
  for (int i = 0; i < 50; ++i) {
    const auto answer = classify_flow(toy_model(), noise().view());
    EXPECT_FALSE(answer.label.has_value());
    EXPECT_LT(answer.confidence, toy_model().threshold);
  }
}

TEST_F(a_classifier, abstains_without_payload_and_says_so) {
  const auto answer = classify_flow(toy_model(), {transport::udp, {}, {}});
  EXPECT_FALSE(answer.label.has_value());
  EXPECT_EQ(answer.confidence, 0);
  ASSERT_EQ(answer.evidence.size(), 1U);
  EXPECT_EQ(answer.evidence[0], "abstained: no payload");
}

TEST_F(a_classifier, abstains_on_next_to_nothing_and_says_so) {
  for (const std::size_t size : {1U, 2U, 3U}) {
    auto flow = alpha();
    flow.opening.resize(1);
    flow.opening[0].size = flow.opening[0].wire_size = static_cast<std::uint32_t>(size);
    const auto answer = classify_flow(toy_model(), flow.view());
    EXPECT_FALSE(answer.label.has_value());
    EXPECT_EQ(answer.confidence, 0);
    ASSERT_FALSE(answer.evidence.empty());
    EXPECT_NE(answer.evidence[0].find("too little to tell"), std::string::npos);
  }
}

TEST_F(a_classifier, needs_more_where_the_transport_is_unknown) {
  auto flow = alpha(transport::none);
  flow.opening.resize(1);
  flow.opening[0].size = flow.opening[0].wire_size = 7;
  EXPECT_FALSE(classify_flow(toy_model(), flow.view()).label.has_value());
}

TEST_F(a_classifier, abstains_on_one_byte_repeated) {
  labelled_flow flow;
  flow.l4 = transport::udp;
  toy::append_message(flow, std::vector<std::uint8_t>(40, 0xaa));
  EXPECT_FALSE(classify_flow(toy_model(), flow.view()).label.has_value());
}

TEST_F(a_classifier, is_less_sure_of_unknown_bytes_where_the_transport_is_unknown) {
  for (int i = 0; i < 50; ++i) {
    const auto known = toy::flow_of("some", {0xaa, 0x01}, transport::udp, random);
    auto guessed = known;
    guessed.l4 = transport::none;
    EXPECT_LE(classify_flow(toy_model(), guessed.view()).confidence,
              classify_flow(toy_model(), known.view()).confidence);
  }
}

TEST_F(a_classifier, no_candidate_is_surer_than_the_one_before_it) {
  for (int i = 0; i < 50; ++i) {
    const auto answer = classify_flow(toy_model(), i % 2 == 0 ? noise().view() : alpha().view());
    for (std::size_t at = 1; at < answer.candidates.size(); ++at) {
      EXPECT_LE(answer.candidates[at].confidence, answer.candidates[at - 1].confidence);
    }
  }
}

TEST_F(a_classifier, a_transport_that_training_never_saw_is_foreign) {
  const auto answer = classify_flow(toy_model(), alpha(transport::ethernet).view());
  EXPECT_FALSE(answer.label.has_value());
  EXPECT_EQ(answer.confidence, 0);
}

TEST_F(a_classifier, tries_both_transports_when_none_is_known) {
  EXPECT_EQ(classify_flow(toy_model(), alpha(transport::none).view()).label, "alpha");
}

TEST_F(a_classifier, ignores_addresses_and_ports) {
  traffic_group plain;
  append_flow(plain, alpha());
  traffic_group named = plain;
  named.server_port = 53;
  named.name = "UDP/53";
  named.flows[0].client = "192.0.2.1:1024";
  named.flows[0].server = "192.0.2.2:53";
  named.flows[0].opener_seen = true;
  EXPECT_EQ(classify(toy_model(), plain, {}), classify(toy_model(), named, {}));
}

TEST_F(a_classifier, ignores_who_sent_what) {
  labelled_flow flow = alpha();
  const auto before = classify_flow(toy_model(), flow.view());
  for (segment& each : flow.opening) {
    each.dir = each.dir == direction::client_to_server ? direction::server_to_client
                                                       : direction::client_to_server;
  }
  EXPECT_EQ(classify_flow(toy_model(), flow.view()), before);
}

TEST_F(a_classifier, gives_one_verdict_for_each_flow_and_one_over_all) {
  traffic_group group;
  for (int i = 0; i < 3; ++i) append_flow(group, alpha());
  append_flow(group, beta());
  const auto result = classify(toy_model(), group, {});
  ASSERT_EQ(result.flows.size(), 4U);
  EXPECT_EQ(result.flows[3].label, "beta");
  ASSERT_GE(result.overall.candidates.size(), 2U);
  EXPECT_EQ(result.overall.candidates[0].label, "alpha");
  EXPECT_EQ(result.overall.candidates[1].label, "beta");
  EXPECT_LT(result.overall.confidence, result.flows[0].confidence);
  EXPECT_FALSE(result.cut_short);
  EXPECT_EQ(result.model, toy_model().name);
}

TEST_F(a_classifier, agreement_of_all_flows_keeps_the_confidence) {
  traffic_group group;
  for (int i = 0; i < 3; ++i) append_flow(group, alpha());
  const auto result = classify(toy_model(), group, {});
  EXPECT_EQ(result.overall.label, "alpha");
  EXPECT_FALSE(result.overall.evidence.empty());
}

TEST_F(a_classifier, an_empty_group_is_an_abstention) {
  const auto result = classify(toy_model(), traffic_group{}, {});
  EXPECT_FALSE(result.overall.label.has_value());
  EXPECT_FALSE(result.overall.evidence.empty());
}

TEST_F(a_classifier, a_group_of_next_to_nothing_says_the_same_as_its_flow) {
  auto flow = alpha();
  flow.opening.resize(1);
  flow.opening[0].size = flow.opening[0].wire_size = 1;
  traffic_group group;
  append_flow(group, flow);
  const auto result = classify(toy_model(), group, {});
  EXPECT_FALSE(result.overall.label.has_value());
  EXPECT_EQ(result.overall.evidence, result.flows[0].evidence);
}

TEST_F(a_classifier, stops_when_told_to_and_says_so) {
  traffic_group group;
  append_flow(group, alpha());
  std::stop_source stop;
  stop.request_stop();
  const auto result = classify(toy_model(), group, {quality_mode::balanced, 0, stop.get_token()});
  EXPECT_TRUE(result.cut_short);
  ASSERT_EQ(result.flows.size(), 1U);
  EXPECT_FALSE(result.flows[0].label.has_value());
}

TEST_F(a_classifier, confidences_of_random_flows_are_probabilities) {
  constexpr std::uint64_t drawn_seed = 424'242;
  SCOPED_TRACE("seed " + std::to_string(drawn_seed));
  random.seed(drawn_seed);
  flow_classifier classifier(toy_model());
  for (int i = 0; i < 500; ++i) {
    labelled_flow flow;
    flow.l4 = random() % 2 == 0 ? transport::udp : transport::tcp;
    for (std::uint64_t messages = random() % 9; messages > 0; --messages) {
      toy::append_message(flow, toy::random_bytes(random, random() % 80));
    }
    const auto answer = classifier.classify(flow.view());
    double sum = 0;
    for (const auto& candidate : answer.candidates) sum += candidate.confidence;
    EXPECT_GE(answer.confidence, 0);
    EXPECT_LE(sum, 1 + 1e-9);
    EXPECT_LE(answer.segments_used, 6U);
  }
}

}  // namespace
}  // namespace troupe
