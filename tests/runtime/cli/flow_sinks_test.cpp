// Why a flow has no name.
#include <gtest/gtest.h>

#include <sstream>

#include "runtime/cli/sinks.hpp"

namespace troupe::cli {
namespace {

struct flow_case {
  bool has_payload = true;
  std::variant<discovery_result_ptr, failure> outcome;
  std::size_t width = 80;
};

std::shared_ptr<discovery_result> result_with(std::shared_ptr<const classification> named) {
  auto made = std::make_shared<discovery_result>();
  made->found.protocol = std::move(named);
  return made;
}

// The table that one flow gives.
std::string table_of(const flow_case& one) {
  auto input = std::make_shared<traffic_group>();
  input->name = "TCP/7000";
  input->l4 = transport::tcp;
  auto& flow = input->flows.emplace_back();
  flow.client = "192.0.2.1:50000";
  flow.server = "192.0.2.2:7000";
  if (one.has_payload) {
    flow.opening.emplace_back();
    input->messages.emplace_back();
  }
  std::ostringstream out;
  console io{out, out};
  style look;
  look.width = one.width;
  const auto sink = flow_table_sink(std::get<output>(output::open("", {}, io)), look);
  ingest_result read;
  read.groups.push_back(input);
  EXPECT_FALSE(sink->begin("x.pcap", read));
  EXPECT_FALSE(sink->add({input, one.outcome}));
  sink->end({});
  return out.str();
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(flow_table, a_flow_that_a_short_classification_did_not_reach_says_so) {
  auto named = std::make_shared<classification>();
  named->flows.emplace_back();
  named->cut_short = true;
  const auto text = table_of({true, result_with(named)});
  EXPECT_TRUE(has(text, "not reached in time")) << text;
  EXPECT_FALSE(has(text, "no payload")) << text;
}

TEST(flow_table, a_flow_without_payload_says_so_also_when_time_was_short) {
  auto named = std::make_shared<classification>();
  named->flows.emplace_back();
  named->cut_short = true;
  EXPECT_TRUE(has(table_of({false, result_with(named)}), "no payload"));
  EXPECT_TRUE(has(table_of({false, discovery_result_ptr{}}), "no payload"));
}

TEST(flow_table, a_group_without_classification_says_why) {
  auto late = result_with(nullptr);
  stage_report told;
  told.which = stage::classifier;
  told.state = stage_report::outcome::late;
  late->stages.push_back(told);
  EXPECT_TRUE(has(table_of({true, late, 160}), "the classifier stage was late"));
  EXPECT_TRUE(
      has(table_of({true, failure{errc::unavailable, "nobody serves it"}}), "nobody serves it"));
}

}  // namespace
}  // namespace troupe::cli
