#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>

#include "runtime/http/http_server.hpp"
#include "runtime/telemetry/memory_log.hpp"
#include "tests/runtime/http/raw_client.hpp"

namespace troupe {

/// A server on a free port of 127.0.0.1 whose answers say what it was asked.
class http_serving : public testing::Test {
 protected:
  http_serving() {
    section_.port = 0;
    section_.request_time = std::chrono::seconds(5);
    section_.body_limit_bytes = 64U << 10U;
    api_.metrics = [] { return "up 1\n"; };
    api_.ready = [this] { return ready_.load(); };
    api_.live = [this] { return live_.load(); };
    api_.health_json = [] { return R"({"node":"healthy"})"; };
    api_.tree_json = [] { return R"({"entries":[]})"; };
    api_.breakers_json = [] { return R"({"breakers":[]})"; };
    api_.order_breaker = [](const http_request& asked) {
      if (asked.parameters.empty()) {
        return error_response({errc::rate_limited, "slow down", std::chrono::milliseconds(2001)});
      }
      http_response answer;
      for (const auto& [name, value] : asked.parameters) answer.body += name + "=" + value + ";";
      return answer;
    };
    api_.chaos = [](std::string_view key) {
      http_response answer;
      answer.body = key;
      return answer;
    };
    api_.discover = [](const http_request& asked) {
      http_response answer;
      answer.body = asked.content_type + "|" + asked.accept + "|" + asked.body;
      for (const auto& [name, value] : asked.parameters) answer.body += "|" + name + "=" + value;
      answer.id = asked.id;
      answer.trace = asked.trace;
      return answer;
    };
  }

  /// Starts it; a failure to start is the test's.
  std::uint16_t start() {
    auto started = http_server::start(section_, api_, logger(log_), &probe_);
    if (auto* why = std::get_if<failure>(&started)) {
      ADD_FAILURE() << why->what;
      return 0;
    }
    server_ = std::move(std::get<std::unique_ptr<http_server>>(started));
    return server_->port();
  }

  std::string start_failure() {
    const auto started = http_server::start(section_, api_, logger(log_), nullptr);
    const auto* why = std::get_if<failure>(&started);
    return why == nullptr ? "" : why->what;
  }

  http_section section_;
  http_api api_;
  std::atomic<bool> ready_{true};
  std::atomic<bool> live_{true};
  std::shared_ptr<memory_log> log_ = std::make_shared<memory_log>();
  metrics metrics_;
  http_probe probe_{metrics_};
  std::unique_ptr<http_server> server_;
};

}  // namespace troupe
