#include <filesystem>
#include <future>
#include <iterator>
#include <thread>

#include "tests/runtime/http/test_server.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

std::ptrdiff_t open_descriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return std::distance(begin(entries), end(entries));
}

const std::string post = "POST /v1/discover HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nok";

}  // namespace

TEST_F(http_serving, a_stop_waits_for_the_answer_that_is_under_way) {
  std::promise<void> entered;
  std::promise<void> release;
  api_.discover = [&](const http_request&) {
    entered.set_value();
    release.get_future().wait();
    return http_response{};
  };
  const auto port = start();
  raw_client client(port);
  client.send(post);
  entered.get_future().wait();
  std::thread stopper([&] { server_->stop(1h); });
  // The gate is closed at once: from then on others are refused, while the first one is waited for.
  while (ask(port, "GET", "/health/ready").status != 503) std::this_thread::yield();
  EXPECT_EQ(ask(port, "GET", "/metrics").status, 503);
  EXPECT_EQ(ask(port, "GET", "/health/live").status, 200);
  release.set_value();
  EXPECT_EQ(parse_answer(client.receive()).status, 200);
  stopper.join();
  EXPECT_FALSE(raw_client(port).connected());
}

TEST_F(http_serving, a_stop_ends_though_a_handler_outlives_its_patience) {
  std::promise<void> entered;
  std::promise<void> release;
  api_.discover = [&](const http_request&) {
    entered.set_value();
    release.get_future().wait();
    return http_response{};
  };
  const auto port = start();
  raw_client client(port);
  client.send(post);
  entered.get_future().wait();
  std::thread stopper([&] { server_->stop(1ms); });
  while (log_->lines().back() != "warn http_answers_lost reason=\"handlers outlived the stop\"") {
    std::this_thread::yield();
  }
  release.set_value();
  stopper.join();
}

TEST_F(http_serving, a_stop_does_not_wait_for_a_client_that_is_still_sending) {
  section_.request_time = 1h;
  const auto port = start();
  raw_client slow(port);
  slow.send("POST /v1/discover HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\nhalf");
  raw_client idle(port);
  EXPECT_EQ(ask(port, "GET", "/metrics").status, 200);  // both are accepted by now
  server_->stop(1h);
}

TEST_F(http_serving, stopping_twice_and_starting_again_on_the_same_port_work) {
  const auto port = start();
  EXPECT_EQ(ask(port, "GET", "/metrics").status, 200);
  server_->stop(1s);
  server_->stop(1s);
  server_.reset();
  section_.port = port;
  EXPECT_EQ(start(), port);
  EXPECT_EQ(ask(port, "GET", "/metrics").status, 200);
}

TEST_F(http_serving, a_hundred_stops_under_load_all_end_and_no_answer_is_cut) {
  start();
  server_.reset();  // what a first start leaves open for good is no leak
  const auto descriptors = open_descriptors();
  for (int round = 0; round < 100; ++round) {
    const auto port = start();
    std::vector<std::thread> clients;
    std::atomic<int> answered{0};
    for (int c = 0; c < 4; ++c) {
      clients.emplace_back([&] {
        for (;;) {
          raw_client client(port);
          if (!client.connected() || !client.send(post)) return;
          const auto bytes = client.receive();
          if (bytes.empty()) return;  // closed before it was a request
          const auto answer = parse_answer(bytes);
          EXPECT_TRUE(answer.status == 200 || answer.status == 503) << bytes;
          ++answered;
          if (answer.status == 503) return;
        }
      });
    }
    while (answered < 8) std::this_thread::yield();
    server_->stop(1h);
    for (auto& client : clients) client.join();
    server_.reset();
  }
  EXPECT_EQ(open_descriptors(), descriptors);
}

}  // namespace troupe
