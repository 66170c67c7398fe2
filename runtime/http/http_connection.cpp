#include "runtime/http/http_connection.hpp"

#include <civetweb.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace troupe {
namespace {

// A read returns when it is full or when nothing came for http.request_time. So a peer that sends
// one byte just in time holds a thread for at most 256 such times. 64 MiB take 0.3 s of reads.
constexpr std::size_t read_piece = 256;
constexpr std::size_t write_piece = 16U << 10U;
constexpr std::size_t discard_limit = 1U << 20U;

time_point now() { return std::chrono::steady_clock::now(); }

std::string_view view(const char* text) { return text == nullptr ? "" : text; }

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 422: return "Unprocessable Content";
    case 499: return "Client Closed Request";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return status < 400 ? "OK" : "Error";
  }
}

std::string head_of(const http_response& answer, const std::string& extra) {
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " ";
  head += reason_of(answer.status);
  head += "\r\nContent-Type: " + answer.content_type;
  head += "\r\nContent-Length: " + std::to_string(answer.body.size());
  head += "\r\nConnection: close\r\nCache-Control: no-store\r\n";
  if (answer.id) head += "X-Request-Id: " + std::to_string(answer.id.value) + "\r\n";
  if (answer.trace != trace_id{}) {
    head += "traceparent: " + traceparent_of(answer.trace, answer.id) + "\r\n";
  }
  head += extra;
  head += "\r\n";
  return head;
}

body_refusal stopped() { return {503, {errc::stopping, "this node is stopping"}}; }

}  // namespace

std::string_view http_connection::method() const {
  return view(mg_get_request_info(on_)->request_method);
}

std::string_view http_connection::path() const { return view(mg_get_request_info(on_)->local_uri); }

std::string_view http_connection::query() const {
  return view(mg_get_request_info(on_)->query_string);
}

std::optional<std::string_view> http_connection::header(const char* name) const {
  const char* value = mg_get_header(on_, name);
  if (value == nullptr) return std::nullopt;
  return value;
}

std::variant<std::string, body_refusal> http_connection::read_body(
    std::uint64_t limit, time_point deadline, const std::function<bool()>& stopping) {
  const auto plan = plan_body(header("Content-Length"), header("Transfer-Encoding"), limit);
  if (const auto* refused = std::get_if<body_refusal>(&plan)) return *refused;
  const auto expected = std::get<body_plan>(plan).bytes;
  if (header("Expect") == "100-continue" && !write("HTTP/1.1 100 Continue\r\n\r\n", deadline)) {
    return body_refusal{408, {errc::bad_input, "the client is gone"}};
  }

  std::string body;
  std::array<char, read_piece> piece{};
  while (!expected || body.size() < *expected) {
    if (stopping()) return stopped();
    if (now() >= deadline) {
      return body_refusal{408,
                          {errc::bad_input, "the body did not arrive in time (http.request_time)"}};
    }
    const auto most =
        expected ? std::min<std::uint64_t>(read_piece, *expected - body.size()) : read_piece;
    const int got = mg_read(on_, piece.data(), most);
    if (got == 0 && !expected) return body;  // the last chunk
    if (got <= 0) {
      return body_refusal{
          400,
          {errc::bad_input, "the body ends or breaks after byte " + std::to_string(body.size()) +
                                " of " + (expected ? std::to_string(*expected) : "its chunks")}};
    }
    body.append(piece.data(), static_cast<std::size_t>(got));
    if (body.size() > limit) {
      return body_refusal{
          413,
          {errc::too_large, "the body is larger than http.body_limit_bytes allows (" +
                                std::to_string(limit) + " bytes)"}};
    }
  }
  return body;
}

void http_connection::send(const http_response& answer, const std::string& extra,
                           time_point deadline) {
  // One request a connection: a thread serves one connection at a time, so one that is kept open
  // would shut out another client.
  mg_disable_connection_keep_alive(on_);
  auto bytes = head_of(answer, extra);
  if (method() != "HEAD") bytes += answer.body;
  static_cast<void>(write(bytes, deadline));  // nobody is left to be told
}

void http_connection::discard_rest(time_point deadline) {
  if (header("Expect")) return;  // this client asks before it sends
  std::array<char, read_piece> piece{};
  for (std::size_t seen = 0; seen < discard_limit && now() < deadline;) {
    const int got = mg_read(on_, piece.data(), piece.size());
    if (got <= 0) return;
    seen += static_cast<std::size_t>(got);
  }
}

bool http_connection::write(std::string_view bytes, time_point deadline) {
  while (!bytes.empty()) {
    if (now() >= deadline) return false;
    const int sent = mg_write(on_, bytes.data(), std::min(bytes.size(), write_piece));
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace troupe
