#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/errc.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// A request for `/v1/discover`, its body complete and within the limit.
struct http_request {
  std::vector<std::pair<std::string, std::string>> parameters;  // of the query, decoded, in order
  std::string content_type;                                     // as sent; may be empty
  std::string accept;                                           // as sent; may be empty
  std::string body;
  request_id id;   // of a decimal X-Request-Id header; none: draw one
  trace_id trace;  // of a traceparent header; none: draw one
  client_id client;
};

struct http_response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  request_id id;            // sent back as X-Request-Id
  trace_id trace;           // sent back as traceparent
  duration retry_after{0};  // sent as Retry-After, in whole seconds
};

/// What the HTTP server serves. Each is called on a thread of the server, several at once, and may
/// block only up to a limit of its own, for a stop waits until it has returned.
struct http_api {
  std::function<std::string()> metrics;      // Prometheus text format 0.0.4
  std::function<bool()> ready;               // false while starting or stopping
  std::function<bool()> live;                // false: restart this process
  std::function<std::string()> health_json;  // per component
  std::function<std::string()> tree_json;
  std::function<std::string()> sla_json;  // how each objective stands
  std::function<http_response(const http_request&)> discover;
  std::function<std::string()> breakers_json;
  std::function<http_response(const http_request&)> order_breaker;  // parameters alone
  // POST /v1/cache/invalidate, with these parameters of the query.
  std::function<http_response(const http_request&)> invalidate;
  std::function<http_response(const http_request&)> cache_page;  // parameters alone
  // To a harness that shows this key; empty: none was shown.
  std::function<http_response(std::string_view key)> chaos;
};

/// The status that tells a client how to react to this error.
[[nodiscard]] int status_of(errc code) noexcept;

/// `{"error":{"code":"bad_input","what":"..."}}`
[[nodiscard]] std::string error_json(const failure& why);

/// The answer to a request that failed.
[[nodiscard]] http_response error_response(const failure& why);

}  // namespace troupe
