#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <unordered_map>
#include <utility>

#include "actors/ingest/ip_layer.hpp"
#include "messages/traffic.hpp"

namespace troupe::ingest {

struct endpoint {
  address host;
  std::uint16_t port = 0;

  friend auto operator<=>(const endpoint&, const endpoint&) = default;
};

/// Finds out which end of a flow is the service: the one that accepted a handshake; else the port
/// that more flows share; else the one that looks like a service. Grows with the flows it is told.
class service_census {
 public:
  void add_flow(transport l4, std::uint16_t one, std::uint16_t other);
  void add_server(transport l4, const endpoint& server) { servers_.emplace(l4, server); }

  /// Whether the end that sent first is the server.
  [[nodiscard]] bool first_serves(transport l4, const endpoint& first,
                                  const endpoint& second) const;

 private:
  [[nodiscard]] std::uint32_t flows_of(transport l4, std::uint16_t port) const;

  std::unordered_map<std::uint32_t, std::uint32_t> flows_by_port_;
  std::set<std::pair<transport, endpoint>> servers_;
};

}  // namespace troupe::ingest
