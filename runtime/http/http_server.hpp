#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "messages/errc.hpp"
#include "messages/log.hpp"
#include "runtime/config/options.hpp"
#include "runtime/http/http_api.hpp"
#include "runtime/http/http_probe.hpp"

namespace troupe {

/// Serves `http_api` on one port:
///
///   GET  /metrics  /health  /health/live  /health/ready  /v1/tree
///   GET  /v1/sla  /v1/breakers  /v1/cache/entries
///   POST /v1/breakers/order  /v1/cache/invalidate
///   POST /v1/discover
///
/// With http.token_file, every path but /health/live and /health/ready needs the bearer token;
/// without it only a loopback address is served. No TLS: put a proxy in front for that.
///
/// Each connection carries one request and has a thread of its own, so http.threads bounds the
/// requests at work and the bodies in memory.
class http_server {
 public:
  /// Listens from here on. `probe` may be null. The failure names address and port.
  [[nodiscard]] static std::variant<std::unique_ptr<http_server>, failure> start(
      const http_section& section, http_api api, logger log, http_probe* probe);

  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;
  ~http_server();

  /// The port that it listens on, also where the configuration left it open.
  [[nodiscard]] std::uint16_t port() const noexcept;

  /// Refuses new requests, waits at most `patience` until all answers are written, then closes.
  /// The open requests must be answered first, or at least within `patience`: after it, answers are
  /// lost. Ends when the last handler has returned. Idempotent.
  void stop(duration patience);

 private:
  class implementation;
  explicit http_server(std::unique_ptr<implementation> self);
  std::unique_ptr<implementation> self_;
};

}  // namespace troupe
