#include "runtime/http/http_rules.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "runtime/http/http_api.hpp"

namespace troupe {
namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

int status(std::optional<std::string_view> length, std::optional<std::string_view> encoding) {
  const auto plan = plan_body(length, encoding, 1000);
  const auto* refused = std::get_if<body_refusal>(&plan);
  return refused == nullptr ? 200 : refused->status;
}

std::variant<std::string, failure> token_in(const std::string& text) {
  const auto file = testing::TempDir() + "troupe_token_" + std::to_string(getpid());
  std::ofstream(file) << text;
  auto token = read_token(file, "http.token_file");
  std::remove(file.c_str());
  return token;
}

}  // namespace

TEST(http_status, tells_the_client_whether_to_change_the_request_or_to_come_again) {
  EXPECT_EQ(status_of(errc::none), 200);
  EXPECT_EQ(status_of(errc::bad_input), 400);
  EXPECT_EQ(status_of(errc::too_large), 413);
  EXPECT_EQ(status_of(errc::poisoned), 422);
  EXPECT_EQ(status_of(errc::overloaded), 503);
  EXPECT_EQ(status_of(errc::stopping), 503);
  EXPECT_EQ(status_of(errc::deadline_exceeded), 504);
  EXPECT_EQ(status_of(errc::internal), 500);
}

TEST(http_status, an_error_is_json_with_its_code_and_text) {
  EXPECT_EQ(error_json({errc::bad_input, "line 3: \"x\""}),
            "{\"error\":{\"code\":\"bad_input\",\"what\":\"line 3: \\\"x\\\"\"}}\n");
  EXPECT_EQ(error_response({errc::too_large, ""}).status, 413);
}

TEST(http_routes, only_exact_paths_are_known) {
  ASSERT_NE(find_route("/metrics"), nullptr);
  EXPECT_EQ(find_route("/v1/discover")->method, "POST");
  EXPECT_TRUE(find_route("/health/live")->open);
  EXPECT_FALSE(find_route("/health")->open);
  for (const auto* path : {"", "/", "/metrics/", "/METRICS", "/v1", "/v1/discover/x"}) {
    EXPECT_EQ(find_route(path), nullptr) << path;
  }
}

TEST(http_query, parameters_are_decoded_in_order) {
  EXPECT_EQ(parse_query(""), pairs{});
  EXPECT_EQ(
      parse_query("mode=fast&group=UDP%2F53&name=a+b&&flag&x=1=2"),
      (pairs{{"mode", "fast"}, {"group", "UDP/53"}, {"name", "a b"}, {"flag", ""}, {"x", "1=2"}}));
  EXPECT_EQ(parse_query("a=%41%00"), (pairs{{"a", std::string("A\0", 2)}}));
}

TEST(http_query, a_percent_sign_without_two_digits_is_refused) {
  for (const auto* query : {"a=%", "a=%4", "a=%4g", "%zz=1", "a=%-1", "a=% 1"}) {
    EXPECT_FALSE(parse_query(query)) << query;
  }
}

TEST(traceparent, is_read_and_written_as_the_specification_has_it) {
  const auto* header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const auto trace = parse_traceparent(header);
  EXPECT_EQ(to_string(trace), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(traceparent_of(trace, request_id{0x2a}),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-000000000000002a-01");
  EXPECT_EQ(parse_traceparent(traceparent_of(trace, request_id{})), trace);
}

TEST(traceparent, that_is_not_one_is_none) {
  for (const auto* header : {"", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                             "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                             "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                             "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01"}) {
    EXPECT_EQ(parse_traceparent(header), trace_id{}) << header;
  }
  EXPECT_NE(parse_traceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"),
            trace_id{});
}

TEST(http_request_id, is_a_decimal_number_or_none) {
  EXPECT_EQ(parse_request_id(" 42 "), request_id{42});
  EXPECT_EQ(parse_request_id("18446744073709551615"), request_id{UINT64_MAX});
  for (const auto* header : {"", "-1", "4 2", "0x2a", "18446744073709551616", "a-uuid"}) {
    EXPECT_EQ(parse_request_id(header), request_id{}) << header;
  }
}

TEST(http_body_plan, needs_a_length_or_chunks_but_not_both) {
  EXPECT_EQ(status("0", {}), 200);
  EXPECT_EQ(status({}, "chunked"), 200);
  EXPECT_EQ(status({}, "Chunked"), 200);
  EXPECT_EQ(status({}, {}), 411);
  EXPECT_EQ(status("10", "chunked"), 400);
  EXPECT_EQ(status({}, "gzip, chunked"), 501);
  EXPECT_EQ(status("ten", {}), 400);
  EXPECT_EQ(status("-1", {}), 400);
  EXPECT_EQ(status("", {}), 400);
}

TEST(http_body_plan, the_limit_itself_is_allowed) {
  EXPECT_EQ(status("1000", {}), 200);
  EXPECT_EQ(status("1001", {}), 413);
  EXPECT_EQ(status("99999999999999999999", {}), 400);
}

TEST(http_address, loopback_is_told_from_all_others) {
  EXPECT_EQ(kind_of_address("127.0.0.1"), address_kind::loopback);
  EXPECT_EQ(kind_of_address("127.8.8.8"), address_kind::loopback);
  EXPECT_EQ(kind_of_address("::1"), address_kind::loopback);
  EXPECT_EQ(kind_of_address("0.0.0.0"), address_kind::other);
  EXPECT_EQ(kind_of_address("::"), address_kind::other);
  EXPECT_EQ(kind_of_address("192.0.2.1"), address_kind::other);
  for (const auto* text : {"", "localhost", "127.1", "1.2.3.4:80", "127.0.0.1,0.0.0.0"}) {
    EXPECT_EQ(kind_of_address(text), address_kind::invalid) << text;
  }
}

TEST(http_token, is_one_word_of_16_characters_or_more) {
  EXPECT_EQ(std::get<std::string>(token_in("0123456789abcdef\n")), "0123456789abcdef");
  for (const auto& text : {std::string(""), std::string("0123456789abcde"),
                           std::string("0123456789 abcdef"), std::string(2000, 'x')}) {
    const auto token = token_in(text);
    const auto* why = std::get_if<failure>(&token);
    ASSERT_NE(why, nullptr) << text;
    EXPECT_TRUE(text.empty() || why->what.find(text) == std::string::npos) << "the token leaks";
  }
  const auto absent = read_token("/no/such/token", "http.token_file");
  EXPECT_NE(std::get<failure>(absent).what.find("/no/such/token cannot be read: No such file"),
            std::string::npos);
  EXPECT_TRUE(std::holds_alternative<failure>(read_token("/tmp", "http.token_file")));
}

TEST(http_token, must_be_the_whole_bearer_value) {
  const std::string token = "0123456789abcdef";
  EXPECT_TRUE(carries_token("Bearer 0123456789abcdef", token));
  EXPECT_TRUE(carries_token("bearer 0123456789abcdef", token));
  for (const auto* header :
       {"", "Bearer", "Bearer ", "Bearer 0123456789abcde", "Bearer 0123456789abcdef0",
        "Basic 0123456789abcdef", "Bearer 0123456789abcdeF", "0123456789abcdef"}) {
    EXPECT_FALSE(carries_token(header, token)) << header;
  }
}

}  // namespace troupe
