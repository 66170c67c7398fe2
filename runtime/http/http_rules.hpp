#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "messages/errc.hpp"
#include "messages/ids.hpp"
#include "runtime/http/http_probe.hpp"

namespace troupe {

// What the server decides without a socket.

/// One path that is served.
struct http_route {
  std::string_view path;
  std::string_view method;  // the only one; GET does not imply HEAD
  http_endpoint endpoint;
  bool open = false;  // needs no token: what an orchestrator asks
};

/// The route of that path, or null.
[[nodiscard]] const http_route* find_route(std::string_view path) noexcept;

/// The parameters of a query string, decoded as application/x-www-form-urlencoded. Nothing when a
/// percent sign is not followed by two hexadecimal digits.
[[nodiscard]] std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(
    std::string_view query);

/// The trace id of a `traceparent` header (W3C Trace Context, section 3.2); none when it is not
/// one, as the specification asks.
[[nodiscard]] trace_id parse_traceparent(std::string_view header);

/// `00-<trace>-<request>-01`: this node's part of the trace, its span named by the request.
[[nodiscard]] std::string traceparent_of(const trace_id& trace, request_id request);

/// A decimal number without sign; anything else is none, and the node then draws an id.
[[nodiscard]] request_id parse_request_id(std::string_view header);

/// What has to be read of a body, from its headers.
struct body_plan {
  std::optional<std::uint64_t> bytes;  // nothing: chunked, the length shows at its end
};

/// 400, 411 or 413 as a failure with its status, or the plan.
struct body_refusal {
  int status;
  failure why;
};
[[nodiscard]] std::variant<body_plan, body_refusal> plan_body(
    std::optional<std::string_view> content_length, std::optional<std::string_view> encoding,
    std::uint64_t limit);

/// An IPv4 or IPv6 address in digits.
enum class address_kind : std::uint8_t { invalid, loopback, other };
[[nodiscard]] address_kind kind_of_address(const std::string& address);

/// The token in a file: its text without white space around. At least 16 visible characters. `key`
/// is the configuration key that named the file, for the error.
[[nodiscard]] std::variant<std::string, failure> read_token(const std::string& file,
                                                            const std::string& key);

/// Whether an Authorization header carries the token. Takes the same time wherever they differ.
[[nodiscard]] bool carries_token(std::string_view header, std::string_view token) noexcept;
[[nodiscard]] bool same_secret(std::string_view given, std::string_view token) noexcept;

}  // namespace troupe
