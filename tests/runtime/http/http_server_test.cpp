#include "runtime/http/http_server.hpp"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <future>
#include <stdexcept>
#include <thread>

#include "tests/runtime/http/test_server.hpp"

namespace troupe {

TEST_F(http_serving, each_path_answers_its_part_of_the_api) {
  const auto port = start();
  ASSERT_GT(port, 0);
  const auto scrape = ask(port, "GET", "/metrics");
  EXPECT_EQ(scrape.status, 200);
  EXPECT_EQ(scrape.body, "up 1\n");
  EXPECT_EQ(scrape.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(ask(port, "GET", "/health").body, R"({"node":"healthy"})");
  EXPECT_EQ(ask(port, "GET", "/v1/tree").body, R"({"entries":[]})");
  EXPECT_EQ(ask(port, "GET", "/v1/tree?x=1").status, 200);
}

TEST_F(http_serving, readiness_and_liveness_are_a_status) {
  const auto port = start();
  EXPECT_EQ(ask(port, "GET", "/health/ready").status, 200);
  EXPECT_EQ(ask(port, "GET", "/health/live").status, 200);
  ready_ = false;
  live_ = false;
  const auto not_ready = ask(port, "GET", "/health/ready");
  EXPECT_EQ(not_ready.status, 503);
  EXPECT_EQ(
      not_ready.body,
      "{\"error\":{\"code\":\"unavailable\",\"what\":\"starting, stopping or overloaded\"}}\n");
  EXPECT_EQ(ask(port, "GET", "/health/live").status, 503);
}

TEST_F(http_serving, discoveries_leave_threads_free_for_health_and_metrics) {
  section_.threads = 4;  // two of them for discoveries
  std::promise<void> release;
  const auto released = release.get_future().share();
  std::atomic<int> inside = 0;
  api_.discover = [&](const http_request&) {
    ++inside;
    released.wait();
    return http_response{};
  };
  const auto port = start();
  const std::string post =
      "POST /v1/discover HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nok";
  raw_client first(port);
  raw_client second(port);
  first.send(post);
  second.send(post);
  while (inside < 2) std::this_thread::yield();
  const auto third = ask(port, "POST", "/v1/discover");
  EXPECT_EQ(third.status, 503);
  EXPECT_EQ(third.header("Retry-After"), "1");
  EXPECT_NE(third.body.find("overloaded"), std::string::npos);
  EXPECT_EQ(ask(port, "GET", "/health/ready").status, 200);
  EXPECT_EQ(ask(port, "GET", "/metrics").status, 200);
  release.set_value();
  EXPECT_EQ(parse_answer(first.receive()).status, 200);
  EXPECT_EQ(parse_answer(second.receive()).status, 200);
}

TEST_F(http_serving, an_unknown_path_is_404_and_another_method_is_405_with_the_right_one) {
  const auto port = start();
  const auto unknown = ask(port, "GET", "/nothing");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.header("Content-Type"), "application/json");
  EXPECT_EQ(ask(port, "GET", "/").status, 404);
  EXPECT_EQ(ask(port, "GET", "/v1/../etc/passwd").status, 404);
  const auto head = ask(port, "HEAD", "/metrics");
  EXPECT_EQ(head.status, 405);
  EXPECT_EQ(head.header("Allow"), "GET");
  EXPECT_EQ(head.body, "") << "an answer to HEAD has no body";
  for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"}) {
    EXPECT_EQ(ask(port, method, "/health").status, 405) << method;
  }
  const auto get = ask(port, "GET", "/v1/discover");
  EXPECT_EQ(get.status, 405);
  EXPECT_EQ(get.header("Allow"), "POST");
}

TEST_F(http_serving, a_discovery_gets_body_types_parameters_and_ids) {
  const auto port = start();
  const auto answer =
      ask(port, "POST", "/v1/discover?mode=fast&group=UDP%2F53",
          "Content-Type: application/json\r\nAccept: application/x-protobuf\r\n"
          "X-Request-Id: 42\r\n"
          "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n",
          "{}");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "application/json|application/x-protobuf|{}|mode=fast|group=UDP/53");
  EXPECT_EQ(answer.header("X-Request-Id"), "42");
  EXPECT_EQ(answer.header("traceparent"),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-000000000000002a-01");
  EXPECT_EQ(ask(port, "POST", "/v1/discover?a=%", "", "x").status, 400);
}

TEST_F(http_serving, an_order_to_a_breaker_is_posted_as_parameters) {
  const auto port = start();
  EXPECT_EQ(ask(port, "POST", "/v1/breakers/order?dependency=a&order=b", "", "").body,
            "dependency=a;order=b;");
  EXPECT_EQ(ask(port, "GET", "/v1/breakers/order?dependency=a&order=b").status, 405);
  EXPECT_EQ(ask(port, "GET", "/v1/breakers").body, R"({"breakers":[]})");
}

TEST_F(http_serving, whoever_may_come_again_hears_when_in_whole_seconds_rounded_up) {
  const auto got = ask(start(), "POST", "/v1/breakers/order", "", "");
  EXPECT_EQ(got.status, 429);
  EXPECT_EQ(got.header("Retry-After"), "3");
}

TEST_F(http_serving, a_handler_that_throws_answers_500_and_is_logged) {
  api_.tree_json = []() -> std::string { throw std::runtime_error("no tree today"); };
  const auto port = start();
  const auto answer = ask(port, "GET", "/v1/tree");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body.find("no tree today"), std::string::npos) << "details stay in the log";
  const auto lines = log_->lines();
  EXPECT_EQ(lines.back(), "error http_handler_failed path=/v1/tree reason=\"no tree today\"");
  EXPECT_EQ(ask(port, "GET", "/metrics").status, 200) << "the thread is fine";
}

TEST_F(http_serving, what_is_not_http_is_refused_as_json_and_harms_nobody) {
  const auto port = start();
  for (const std::string& bytes :
       {std::string("nonsense\r\n\r\n"), std::string("GET\r\n\r\n"),
        std::string("GET / HTTP/9.9\r\n\r\n"),
        std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 9) + std::string(100, '\0') +
            "\r\n\r\n",
        "GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nX: " + std::string(100'000, 'a') + "\r\n\r\n"}) {
    const auto answer = talk(port, bytes);
    EXPECT_TRUE(answer.status == 0 || answer.status >= 400) << bytes.substr(0, 20);
    EXPECT_TRUE(answer.status == 0 || answer.body.starts_with("{\"error\"")) << answer.body;
  }
  EXPECT_EQ(ask(port, "GET", "/metrics").status, 200);
}

TEST_F(http_serving, answers_are_counted_by_endpoint_and_status) {
  const auto port = start();
  static_cast<void>(ask(port, "GET", "/metrics"));
  static_cast<void>(ask(port, "GET", "/nothing"));
  static_cast<void>(ask(port, "POST", "/v1/discover", "", "x"));
  server_->stop(std::chrono::seconds(5));
  const auto text = metrics_.text();
  EXPECT_NE(text.find("{endpoint=\"metrics\",status=\"2xx\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("{endpoint=\"other\",status=\"4xx\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("troupe_http_discover_seconds_count 1\n"), std::string::npos) << text;
}

TEST_F(http_serving, a_port_in_use_is_named) {
  const auto port = start();
  section_.port = port;
  EXPECT_EQ(start_failure(), "http: cannot listen on 127.0.0.1:" + std::to_string(port) +
                                 ": Address already in use; stop the other process or choose "
                                 "another http.port (0: any free)");
}

TEST_F(http_serving, a_bad_address_is_named) {
  section_.address = "localhost";
  EXPECT_EQ(start_failure(), "http.address: 'localhost' is not an IPv4 or IPv6 address in digits");
  section_.address = "127.0.0.1,0.0.0.0:80";
  EXPECT_NE(start_failure(), "");
}

TEST_F(http_serving, only_loopback_is_served_without_authentication) {
  for (const auto* address : {"0.0.0.0", "::", "192.0.2.1"}) {
    section_.address = address;
    EXPECT_NE(start_failure().find("without authentication: set http.token_file"),
              std::string::npos)
        << address;
  }
}

TEST_F(http_serving, with_a_token_only_its_bearer_and_the_probes_get_in) {
  section_.token_file = testing::TempDir() + "troupe_http_token_" + std::to_string(getpid());
  std::ofstream(section_.token_file) << "a-secret-of-many-letters\n";
  section_.address = "0.0.0.0";
  const auto port = start();
  std::remove(section_.token_file.c_str());
  const auto refused = ask(port, "GET", "/metrics");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.header("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(ask(port, "GET", "/unknown").status, 401) << "tells no stranger what there is";
  EXPECT_EQ(ask(port, "POST", "/v1/discover", "Authorization: Bearer wrong\r\n", "x").status, 401);
  EXPECT_EQ(ask(port, "GET", "/health/live").status, 200);
  EXPECT_EQ(ask(port, "GET", "/health/ready").status, 200);
  EXPECT_EQ(
      ask(port, "GET", "/metrics", "Authorization: Bearer a-secret-of-many-letters\r\n").status,
      200);
  for (const auto& line : log_->lines()) {
    EXPECT_EQ(line.find("a-secret-of-many-letters"), std::string::npos) << line;
  }
}

TEST_F(http_serving, a_token_file_that_cannot_be_read_stops_the_start) {
  section_.token_file = "/no/such/token";
  EXPECT_NE(start_failure().find("/no/such/token cannot be read"), std::string::npos);
}

}  // namespace troupe
