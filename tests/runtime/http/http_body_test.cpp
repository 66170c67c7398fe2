#include <algorithm>

#include "tests/runtime/http/test_server.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

const std::string post = "POST /v1/discover HTTP/1.1\r\nHost: test\r\n";
const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";

}  // namespace

TEST_F(http_serving, a_chunked_body_arrives_whole) {
  const auto port = start();
  const auto answer = talk(port, chunked + "5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "||hello, world");
  std::string large;
  std::string sent;
  for (int i = 0; i < 60; ++i) {
    large += std::string(1000, static_cast<char>('a' + i % 26));
    sent += "3e8\r\n" + large.substr(large.size() - 1000) + "\r\n";
  }
  EXPECT_EQ(talk(port, chunked + sent + "0\r\n\r\n").body, "||" + large);
}

TEST_F(http_serving, a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_413) {
  const auto port = start();
  const auto limit = section_.body_limit_bytes;
  EXPECT_EQ(ask(port, "POST", "/v1/discover", "", std::string(limit, 'x')).status, 200);
  const auto refused = ask(port, "POST", "/v1/discover", "", std::string(limit + 1, 'x'));
  EXPECT_EQ(refused.status, 413);
  EXPECT_NE(refused.body.find("\"too_large\""), std::string::npos) << refused.body;
  EXPECT_NE(refused.body.find("65537 bytes"), std::string::npos) << refused.body;
}

TEST_F(http_serving, a_declared_length_over_the_limit_is_refused_before_the_body) {
  const auto port = start();
  raw_client client(port);
  client.send(post + "X-Request-Id: 9\r\nContent-Length: 1000000000000\r\n\r\n");
  const auto answer = parse_answer(client.receive_until("}}\n"));
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.header("X-Request-Id"), "9");
}

TEST_F(http_serving, a_chunked_body_over_the_limit_is_413_before_its_end) {
  const auto port = start();
  raw_client client(port);
  client.send(chunked);
  const auto chunk = "400\r\n" + std::string(1024, 'x') + "\r\n";
  for (int i = 0; i < 65; ++i) client.send(chunk);  // never ended
  EXPECT_EQ(parse_answer(client.receive_until("}}\n")).status, 413);
}

TEST_F(http_serving, a_client_that_asks_first_is_told_to_go_on_or_to_leave) {
  const auto port = start();
  raw_client client(port);
  client.send(post + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_EQ(parse_answer(client.receive()).body, "||ok");
  EXPECT_EQ(talk(port, post + "Expect: 100-continue\r\nContent-Length: 100000\r\n\r\n").status,
            413);
}

TEST_F(http_serving, bodies_without_or_with_a_strange_length_are_refused) {
  const auto port = start();
  EXPECT_EQ(talk(port, post + "\r\n").status, 411);
  EXPECT_GE(talk(port, post + "Content-Length: ten\r\n\r\n").status, 400);
  EXPECT_GE(talk(port, post + "Content-Length: -5\r\n\r\n").status, 400);
  EXPECT_GE(talk(port, post + "Transfer-Encoding: gzip\r\n\r\n").status, 400);
  EXPECT_GE(talk(port, post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n").status,
            400);
  EXPECT_EQ(talk(port, chunked + "zz\r\nhello\r\n0\r\n\r\n").status, 400);
  EXPECT_EQ(talk(port, chunked + "5\r\nhello!!").status, 400);
}

TEST_F(http_serving, a_client_that_leaves_in_the_middle_frees_its_thread) {
  section_.threads = 1;
  const auto port = start();
  { raw_client(port).send(post + "Content-Length: 100\r\n\r\nhalf"); }
  { raw_client(port).send(chunked + "64\r\nhalf"); }
  { raw_client(port).send("GET /metr"); }
  { raw_client client(port); }
  EXPECT_EQ(ask(port, "GET", "/metrics").status, 200);
}

TEST_F(http_serving, a_client_that_stops_sending_is_answered_and_frees_its_thread) {
  section_.threads = 1;
  section_.request_time = 100ms;
  const auto port = start();
  raw_client silent_body(port);
  silent_body.send(post + "Content-Length: 100\r\n\r\nhalf");
  const auto answer = parse_answer(silent_body.receive());
  EXPECT_TRUE(answer.status == 400 || answer.status == 408) << answer.status;
  raw_client silent_head(port);
  silent_head.send("GET /metrics HT");
  silent_head.receive();
  raw_client silent(port);
  silent.receive();
  EXPECT_EQ(ask(port, "GET", "/metrics").status, 200);
}

TEST_F(http_serving, a_client_that_never_reads_frees_its_thread) {
  section_.threads = 1;
  section_.request_time = 100ms;
  // More than the kernel's buffers of both sides take (tcp_wmem and tcp_rmem, at most some MiB).
  api_.metrics = [] { return std::string(64U << 20U, '#'); };
  const auto port = start();
  raw_client deaf(port);
  deaf.narrow_receive_window();
  deaf.send("GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(ask(port, "GET", "/health").status, 200);
}

}  // namespace troupe
