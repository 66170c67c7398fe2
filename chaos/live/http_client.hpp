#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "messages/ids.hpp"

namespace troupe::chaos {

/// What came back; `error` says why nothing did.
struct http_answer {
  long status = 0;  // 0: no answer
  std::string body = {};
  std::string error = {};
  bool timed_out = false;
  time_point when = {};
};

/// HTTP requests, many at once, on a thread of its own (libcurl's multi interface). Thread-safe.
class http_client {
 public:
  /// `token`: sent with each request as a bearer token; empty: none.
  explicit http_client(std::string token = {});
  ~http_client();  // requests that are open are not answered any more
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// `done` is called once, on the client's thread. An empty body: GET.
  void send(const std::string& url, std::string body, duration timeout,
            std::function<void(http_answer)> done);

  /// Waits for the answer. `header` is one more line of the request, if any.
  [[nodiscard]] http_answer get(const std::string& url, duration timeout,
                                const std::string& header = {});

 private:
  class worker;

  [[nodiscard]] std::vector<std::string> lines_with(const std::string& header) const;

  std::string token_;
  std::unique_ptr<worker> worker_;
};

}  // namespace troupe::chaos
