#include "runtime/wire/answer.hpp"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "runtime/wire/to_proto.hpp"

namespace troupe::wire {
namespace {

format every_kind_of_element() {
  field kind;
  kind.name = "kind";
  kind.kind = field_kind::enumeration;
  kind.size.bytes = 2;
  kind.values = {{std::string("\x00\xff", 2), 7}};
  kind.minimum = 0;
  kind.maximum = UINT64_MAX;
  kind.step = -1;
  kind.measures = length_relation{};
  kind.sums = checksum_relation{};
  kind.evidence = {"bytes \xff\x1b of the traffic"};
  list items;
  items.name = "items";
  items.item = {{kind}};
  items.count_field = 0;
  items.end_mark = 0;
  choice rest;
  rest.name = "rest";
  rest.cases[std::string("\x00\x01", 2)] = {{ber_tree{"tree", 0.5, {}}}};
  rest.otherwise = {{text_lines{}}, {name_chain{"host", 1, {}}}};
  message_type type;
  type.name = "request";
  type.elements = {{kind}, {items}, {rest}};
  format out;
  out.types = {type};
  out.pick.keywords = {{keyword::source::tag, 2, 0}};
  out.pick.types[{std::string("\x30", 1)}] = 0;
  out.transitions = {{0, 0, 3}};
  return out;
}

answer full_answer() {
  auto group = std::make_shared<traffic_group>();
  group->name = "UDP/53";
  group->flows.resize(1);
  group->flows[0].client = "192.0.2.1:1024";
  auto result = std::make_shared<discovery_result>();
  result->group = group->name;
  result->stages = {{stage::statistics, stage_report::outcome::done, "", duration(1000),
                     std::chrono::microseconds(1500)},
                    {stage::validator, stage_report::outcome::skipped, "no time left", {}, {}}};
  result->found.stats = std::make_shared<statistics>();
  result->found.grammar = std::make_shared<format>(every_kind_of_element());
  result->found.parse = std::make_shared<parse_report>();
  classification named;
  named.overall.label = "DNS";
  named.flows.resize(1);
  result->found.protocol = std::make_shared<classification>(named);
  result->found.validity = std::make_shared<validation>();
  answer out;
  out.input = "dns.pcap";
  out.groups.push_back({group, result});
  out.groups.push_back({group, failure{errc::deadline_exceeded, "no stage answered in time"}});
  out.unused.push_back({"link type USB", 3, 120, "packet 1"});
  return out;
}

TEST(answer, the_binary_form_is_read_back_whole) {
  DiscoverResponse filled;
  fill(filled, full_answer());
  DiscoverResponse read;
  ASSERT_TRUE(read.ParseFromString(to_protobuf(full_answer())));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(filled, read));
  EXPECT_EQ(read.results(0).result().format().types(0).elements(0).field().values(0).hex(), "00ff");
  EXPECT_EQ(read.results(0).result().stages(0).took_ms(), 1.5);
  EXPECT_FALSE(read.results(0).result().stages(1).has_took_ms());
  EXPECT_EQ(read.results(1).error().code(), "deadline_exceeded");
}

TEST(answer, the_json_form_is_read_back_whole) {
  DiscoverResponse filled;
  fill(filled, full_answer());
  for (const bool for_people : {false, true}) {
    DiscoverResponse read;
    const auto status =
        google::protobuf::util::JsonStringToMessage(to_json(full_answer(), for_people), &read);
    ASSERT_TRUE(status.ok()) << status.ToString();
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(filled, read));
  }
}

TEST(answer, json_keeps_the_names_of_the_proto_file_and_shows_zeros_that_are_answers) {
  const auto json = to_json(full_answer(), false);
  EXPECT_NE(json.find("\"took_ms\""), std::string::npos);
  EXPECT_NE(json.find("\"partial\":false"), std::string::npos) << json;
  EXPECT_NE(json.find("\"mode\":\"balanced\""), std::string::npos);
  EXPECT_NE(json.find("\"label\":\"DNS\""), std::string::npos);
}

TEST(answer, bytes_of_the_traffic_in_evidence_are_escaped) {
  const auto json = to_json(full_answer(), false);
  EXPECT_NE(json.find("bytes \\\\xff\\\\x1b of the traffic"), std::string::npos);
}

TEST(answer, a_group_without_input_or_result_is_still_an_answer) {
  answer empty;
  empty.groups.push_back({nullptr, discovery_result_ptr{}});
  empty.error = {errc::bad_input, "no packets"};
  DiscoverResponse read;
  ASSERT_TRUE(read.ParseFromString(to_protobuf(empty)));
  EXPECT_EQ(read.results_size(), 1);
  EXPECT_EQ(read.error().what(), "no packets");
}

}  // namespace
}  // namespace troupe::wire
