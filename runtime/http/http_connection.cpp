#include "runtime/http/http_connection.hpp"

#include <civetweb.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "runtime/http/listening.hpp"

namespace troupe {
namespace {

// CivetWeb's read returns when it is full, or when nothing came for http.request_time. So a peer
// that sends one byte just in time holds a thread for at most 256 such times; reads are larger only
// where the bytes have already arrived.
constexpr std::size_t read_piece = 256;
constexpr std::size_t arrived_piece = 64U << 10U;
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

body_refusal too_slow() {
  return {408, {errc::bad_input, "the body did not arrive in time (http.request_time)"}};
}

body_refusal broken_off(std::size_t after, std::optional<std::uint64_t> expected) {
  return {400,
          {errc::bad_input, "the body ends or breaks after byte " + std::to_string(after) + " of " +
                                (expected ? std::to_string(*expected) : "its chunks")}};
}

body_refusal over(std::uint64_t limit) {
  return {413,
          {errc::too_large, "the body is larger than http.body_limit_bytes allows (" +
                                std::to_string(limit) + " bytes)"}};
}

body_refusal stopped() { return {503, {errc::stopping, "this node is stopping"}}; }

}  // namespace

std::string_view http_connection::method() const {
  const auto* info = mg_get_request_info(on_);  // null where the head could not be read
  return info == nullptr ? "" : view(info->request_method);
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

std::string_view http_connection::peer() const { return mg_get_request_info(on_)->remote_addr; }

std::variant<std::string, body_refusal> http_connection::read_body(
    std::uint64_t limit, time_point deadline, const std::function<bool()>& stopping) {
  const auto plan = plan_body(header("Content-Length"), header("Transfer-Encoding"), limit);
  if (const auto* refused = std::get_if<body_refusal>(&plan)) return *refused;
  const auto expected = std::get<body_plan>(plan).bytes;
  if (header("Expect") == "100-continue" && !write("HTTP/1.1 100 Continue\r\n\r\n", deadline)) {
    return body_refusal{408, {errc::bad_input, "the client is gone"}};
  }

  const auto refused_meanwhile = [&]() -> std::optional<body_refusal> {
    if (stopping()) return stopped();
    if (now() >= deadline) return too_slow();
    return std::nullopt;
  };
  return expected ? read_counted(*expected, refused_meanwhile)
                  : read_chunks(limit, refused_meanwhile);
}

std::variant<std::string, body_refusal> http_connection::read_counted(
    std::uint64_t expected, const refusal_check& refused) {
  std::string body;
  std::string piece(arrived_piece, '\0');
  // Finding the socket costs some tens of us, a small read about one.
  const auto socket = expected > 16 * read_piece ? own_socket() : std::nullopt;
  while (body.size() < expected) {
    if (auto why = refused()) return *why;
    const auto at_once =
        socket ? std::clamp(waiting_bytes(*socket), read_piece, arrived_piece) : read_piece;
    const int got =
        mg_read(on_, piece.data(), std::min<std::uint64_t>(at_once, expected - body.size()));
    if (got <= 0) return broken_off(body.size(), expected);
    body.append(piece, 0, static_cast<std::size_t>(got));
  }
  return body;
}

std::variant<std::string, body_refusal> http_connection::read_chunks(std::uint64_t limit,
                                                                     const refusal_check& refused) {
  std::string body;
  std::array<char, read_piece> piece{};
  for (;;) {
    if (auto why = refused()) return *why;
    const int got = mg_read(on_, piece.data(), piece.size());
    if (got == 0) return body;  // the last chunk
    if (got < 0) return broken_off(body.size(), std::nullopt);
    body.append(piece.data(), static_cast<std::size_t>(got));
    if (body.size() > limit) return over(limit);
  }
}

std::optional<int> http_connection::own_socket() const {
  const auto* info = mg_get_request_info(on_);
  return find_connection(info->remote_addr, static_cast<std::uint16_t>(info->remote_port),
                         static_cast<std::uint16_t>(info->server_port));
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
