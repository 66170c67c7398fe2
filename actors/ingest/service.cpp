#include "actors/ingest/service.hpp"

namespace troupe::ingest {

namespace {

constexpr std::uint16_t first_unreserved_port = 1024;   // RFC 6335, section 6
constexpr std::uint16_t first_ephemeral_port = 32'768;  // of Linux; IANA's begin at 49152

std::uint32_t port_key(transport l4, std::uint16_t port) noexcept {
  return (static_cast<std::uint32_t>(l4) << 16U) | port;
}

}  // namespace

void service_census::add_flow(transport l4, std::uint16_t one, std::uint16_t other) {
  ++flows_by_port_[port_key(l4, one)];
  if (other != one) ++flows_by_port_[port_key(l4, other)];
}

std::uint32_t service_census::flows_of(transport l4, std::uint16_t port) const {
  const auto found = flows_by_port_.find(port_key(l4, port));
  return found == flows_by_port_.end() ? 0 : found->second;
}

bool service_census::first_serves(transport l4, const endpoint& first,
                                  const endpoint& second) const {
  const bool first_known = servers_.contains({l4, first});
  const bool second_known = servers_.contains({l4, second});
  if (first_known != second_known) return first_known;
  const auto first_flows = flows_of(l4, first.port);
  const auto second_flows = flows_of(l4, second.port);
  if (first_flows != second_flows) return first_flows > second_flows;
  for (const auto limit : {first_unreserved_port, first_ephemeral_port}) {
    const bool first_below = first.port < limit;
    if (first_below != (second.port < limit)) return first_below;
  }
  return false;  // who sends first asks
}

}  // namespace troupe::ingest
