#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "messages/ids.hpp"
#include "runtime/http/http_api.hpp"
#include "runtime/http/http_rules.hpp"

struct mg_connection;

namespace troupe {

/// One request on CivetWeb's side: its headers, its body, its answer. Reads and writes in small
/// pieces and looks at the time between them, because CivetWeb's own limit is for silence only: a
/// peer that moves one byte now and then would hold its thread for ever.
class http_connection {
 public:
  explicit http_connection(mg_connection* on) : on_(on) {}

  [[nodiscard]] std::string_view method() const;
  [[nodiscard]] std::string_view path() const;
  [[nodiscard]] std::string_view query() const;
  [[nodiscard]] std::optional<std::string_view> header(const char* name) const;
  /// The address of the peer, without its port.
  [[nodiscard]] std::string_view peer() const;

  /// Reads the whole body, at most `limit` bytes, until `deadline` or until `stopping` says so.
  [[nodiscard]] std::variant<std::string, body_refusal> read_body(
      std::uint64_t limit, time_point deadline, const std::function<bool()>& stopping);

  /// Sends the answer and closes the connection behind it. `extra` are whole header lines.
  void send(const http_response& answer, const std::string& extra, time_point deadline);

  /// Reads and forgets some of a body that was refused: closing over unread bytes resets the
  /// connection, and the client would never see why.
  void discard_rest(time_point deadline);

 private:
  using refusal_check = std::function<std::optional<body_refusal>()>;
  [[nodiscard]] std::variant<std::string, body_refusal> read_counted(std::uint64_t expected,
                                                                     const refusal_check& refused);
  [[nodiscard]] std::variant<std::string, body_refusal> read_chunks(std::uint64_t limit,
                                                                    const refusal_check& refused);
  [[nodiscard]] std::optional<int> own_socket() const;
  [[nodiscard]] bool write(std::string_view bytes, time_point deadline);

  mg_connection* on_;
};

}  // namespace troupe
