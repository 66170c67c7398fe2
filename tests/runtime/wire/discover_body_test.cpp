#include "runtime/wire/discover_body.hpp"

#include <gtest/gtest.h>

#include <random>

namespace troupe::wire {
namespace {

discover_body body_in(std::string_view type, std::string_view text, body_limits limits = {}) {
  auto read = decode_body(type, text, limits);
  if (const auto* wrong = std::get_if<failure>(&read)) {
    ADD_FAILURE() << wrong->what;
    return {};
  }
  return std::get<discover_body>(std::move(read));
}

failure refusal_of(std::string_view type, std::string_view text, body_limits limits = {}) {
  auto read = decode_body(type, text, limits);
  const auto* wrong = std::get_if<failure>(&read);
  return wrong != nullptr ? *wrong : failure{};
}

failure json_refusal(std::string_view text) { return refusal_of("application/json", text); }

bool names(const failure& wrong, std::string_view place) {
  return wrong.what.find(place) != std::string::npos;
}

TEST(discover_body, a_json_request_with_messages_is_read) {
  const auto body = body_in("application/json; charset=utf-8", R"({
    "messages": [{"hex": "0102"}, {"hex": "03", "direction": "s2c", "t": 0.5, "flow": 7},
                 {"data": "AQI="}],
    "name": "thing", "mode": "fast", "level": "strict", "deadline_ms": 250, "seed": "9",
    "groups": ["UDP/53"], "use_cache": false})");
  ASSERT_EQ(body.messages.size(), 3U);
  EXPECT_EQ(body.messages[0], (given_message{"\x01\x02", direction::client_to_server, 0, 0}));
  EXPECT_EQ(body.messages[1], (given_message{"\x03", direction::server_to_client, 0.5, 7}));
  EXPECT_EQ(body.messages[2].bytes, "\x01\x02");
  EXPECT_EQ(body.mode, quality_mode::fast);
  EXPECT_EQ(body.level, validation_level::strict);
  EXPECT_EQ(body.deadline, std::chrono::milliseconds(250));
  EXPECT_EQ(body.seed, 9U);
  EXPECT_EQ(body.groups, std::vector<std::string>{"UDP/53"});
  EXPECT_FALSE(body.use_cache);
}

TEST(discover_body, a_binary_request_comes_back_as_it_was_sent) {
  discover_body sent;
  sent.messages = {{std::string("\0\xff", 2), direction::client_to_server, 0, 1},
                   {"", direction::server_to_client, -1.25, 2}};
  sent.name = "modbus";
  sent.mode = quality_mode::accurate;
  sent.level = validation_level::enterprise;
  sent.deadline = std::chrono::milliseconds(1500);
  sent.seed = 0;
  sent.groups = {"TCP/502"};
  sent.use_cache = false;
  EXPECT_EQ(body_in("application/x-protobuf", encode_body(sent)), sent);
}

TEST(discover_body, a_raw_capture_is_taken_as_it_is) {
  EXPECT_EQ(body_in("application/vnd.tcpdump.pcap", "\xd4\xc3").capture, "\xd4\xc3");
  EXPECT_EQ(body_in("Application/Octet-Stream", "x").capture, "x");
  EXPECT_TRUE(names(refusal_of("application/octet-stream", ""), "empty"));
}

TEST(discover_body, bad_hex_names_the_message_and_the_character) {
  const auto wrong = json_refusal(R"({"messages": [{"hex": "00"}, {"hex": "0g"}]})");
  EXPECT_EQ(wrong.code, errc::bad_input);
  EXPECT_TRUE(names(wrong, "messages[1].hex, character 2")) << wrong.what;
}

TEST(discover_body, bad_base64_names_the_message) {
  const auto wrong = json_refusal(R"({"messages": [{"hex": "00"}, {"data": "!!"}]})");
  EXPECT_EQ(wrong.code, errc::bad_input);
  EXPECT_TRUE(names(wrong, "messages[1].data")) << wrong.what;
}

TEST(discover_body, what_does_not_belong_is_named) {
  EXPECT_TRUE(names(json_refusal(R"({"mesages": []})"), "mesages"));
  EXPECT_TRUE(names(json_refusal(R"({"capture": "AAAA", "mode": "quick"})"), "quick"));
  EXPECT_TRUE(names(json_refusal(R"({"messages": [{"direction": "c2s"}]})"), "messages[0].hex"));
  EXPECT_TRUE(names(json_refusal(R"({"messages": [{"hex": "00", "t": "NaN"}]})"), "messages[0].t"));
  EXPECT_TRUE(
      names(json_refusal(R"({"messages": [{"hex": "00"}], "deadline_ms": -1})"), "deadline_ms"));
  EXPECT_TRUE(names(json_refusal(R"({"capture": "AAAA", "messages": [{"hex": ""}]})"), "both"));
  EXPECT_TRUE(names(json_refusal("{}"), "no input"));
  EXPECT_EQ(json_refusal("").code, errc::bad_input);
  EXPECT_EQ(json_refusal("[").code, errc::bad_input);
  EXPECT_TRUE(names(refusal_of("text/plain", "x"), "text/plain"));
}

TEST(discover_body, what_is_over_a_limit_is_refused_as_too_large) {
  const body_limits limits{64, 2, 3};
  const auto json = "application/json";
  EXPECT_EQ(refusal_of(json, std::string(65, ' '), limits).code, errc::too_large);
  EXPECT_EQ(refusal_of(json, R"({"messages": [{"hex": "00010203"}]})", limits).code,
            errc::too_large);
  EXPECT_EQ(refusal_of(json, R"({"messages": [{"hex":""},{"hex":""},{"hex":""}]})", limits).code,
            errc::too_large);
  EXPECT_EQ(
      body_in(json, R"({"messages": [{"hex": "000102"},{"hex":""}]})", limits).messages.size(), 2U);
}

TEST(discover_body, millions_of_empty_messages_are_refused_before_they_take_memory) {
  std::string body;
  for (int count = 0; count < 1'000'000; ++count) body += std::string_view("\x12\x00", 2);
  EXPECT_EQ(refusal_of("application/x-protobuf", body).code, errc::too_large);
}

TEST(discover_body, deep_json_is_refused) {
  EXPECT_EQ(json_refusal(std::string(100'000, '[')).code, errc::bad_input);
  std::string deep;
  for (int level = 0; level < 10'000; ++level) deep += "{\"messages\":";
  EXPECT_EQ(json_refusal(deep).code, errc::bad_input);
}

TEST(discover_body, changed_bytes_give_a_request_or_a_refusal) {
  discover_body sent;
  sent.messages.resize(20, {"abc", direction::client_to_server, 1, 3});
  const auto good = encode_body(sent);
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    auto body = good;
    for (int change = 0; change < 4; ++change) {
      body[random() % body.size()] = static_cast<char>(random());
    }
    const auto read = decode_body("application/x-protobuf", body, {});
    if (const auto* wrong = std::get_if<failure>(&read)) {
      EXPECT_FALSE(wrong->what.empty());
    }
  }
}

TEST(apply_parameter, a_parameter_wins_over_the_body_and_a_bad_one_is_named) {
  discover_body request;
  request.mode = quality_mode::fast;
  EXPECT_FALSE(apply_parameter(request, "mode", "accurate"));
  EXPECT_EQ(request.mode, quality_mode::accurate);
  EXPECT_FALSE(apply_parameter(request, "deadline_ms", "0.5"));
  EXPECT_EQ(request.deadline, std::chrono::microseconds(500));
  EXPECT_FALSE(apply_parameter(request, "group", "UDP/53"));
  EXPECT_EQ(request.groups.size(), 1U);
  for (const auto* name : {"mode", "level", "deadline_ms", "seed", "use_cache", "modus"}) {
    EXPECT_TRUE(names(apply_parameter(request, name, "x"), name));
  }
  EXPECT_TRUE(apply_parameter(request, "deadline_ms", "inf"));
  EXPECT_TRUE(apply_parameter(request, "deadline_ms", "0"));
}

TEST(apply_parameter, fallbacks_come_in_any_order_each_once_and_none_stands_alone) {
  discover_body body;
  EXPECT_FALSE(apply_parameter(body, "fallback", "partial,cached"));
  EXPECT_EQ(body.fallbacks, (fallback_order{fallback::partial, fallback::cached, fallback::none}));
  EXPECT_FALSE(apply_parameter(body, "fallback", "none"));
  EXPECT_EQ(body.fallbacks, fallback_order{});
  for (const auto* wrong :
       {"", "fast,fast", "cached,none", "cached,", "cached,fast,partial,fast", "quick"}) {
    EXPECT_EQ(apply_parameter(body, "fallback", wrong).code, errc::bad_input) << wrong;
  }
  EXPECT_FALSE(apply_parameter(body, "priority", "urgent"));
  EXPECT_EQ(body.priority, request_priority::urgent);
  EXPECT_EQ(apply_parameter(body, "priority", "high").code, errc::bad_input);
}

TEST(discover_body, priority_and_fallbacks_come_back_as_they_were_sent) {
  for (const auto& order :
       {fallback_order{fallback::fast, fallback::none, fallback::none}, fallback_order{},
        fallback_order{fallback::partial, fallback::cached, fallback::fast}}) {
    discover_body sent;
    sent.messages.push_back({"abc", direction::client_to_server, 0, 0});
    sent.priority = request_priority::background;
    sent.fallbacks = order;
    const auto got = decode_body("application/x-protobuf", encode_body(sent), {});
    ASSERT_TRUE(std::holds_alternative<discover_body>(got)) << std::get<failure>(got).what;
    EXPECT_EQ(std::get<discover_body>(got), sent);
  }
}

TEST(group_of, messages_become_one_group_with_flows_and_openings) {
  discover_body request;
  for (int count = 0; count < 10; ++count) {
    request.messages.push_back(
        {std::string(300, 'x'), direction::client_to_server, 5.0 + count, 42});
  }
  request.messages.push_back({"answer", direction::server_to_client, 5.5, 42});
  request.messages.push_back({"other", direction::client_to_server, 6, 1});
  const auto group = group_of(request);
  EXPECT_EQ(group->name, "messages");
  ASSERT_EQ(group->flows.size(), 2U);
  EXPECT_EQ(group->flows[0].packets, 11U);
  EXPECT_EQ(group->flows[0].opening.size(), opening_limit::segments_per_direction + 1U);
  EXPECT_EQ(group->flows[0].opening[0].size, opening_limit::segment_bytes);
  EXPECT_EQ(group->flows[0].opening[0].wire_size, 300U);
  ASSERT_EQ(group->messages.size(), 12U);
  EXPECT_EQ(group->messages[1].since_start, std::chrono::seconds(1));
  EXPECT_EQ(group->messages[11].flow, 1U);
  EXPECT_EQ(group->payload(group->messages[10]).size(), 6U);
}

}  // namespace
}  // namespace troupe::wire
