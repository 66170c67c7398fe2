#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "messages/discovery.hpp"
#include "messages/errc.hpp"
#include "messages/findings.hpp"
#include "messages/ids.hpp"
#include "messages/traffic.hpp"
#include "messages/work.hpp"

namespace troupe::wire {

/// What a body may cost. Beyond it: errc::too_large.
struct body_limits {
  std::uint64_t bytes = 64ULL << 20U;        // of the body as it came
  std::uint32_t messages = 100'000;          // in one request
  std::uint32_t message_bytes = 64U << 10U;  // one message
};

/// One message of a request.
struct given_message {
  std::string bytes;
  direction dir = direction::client_to_server;
  double seconds = 0;  // since the first message
  std::uint32_t flow = 0;

  friend bool operator==(const given_message&, const given_message&) = default;
};

/// A discover request as it came through the door: the value of a DiscoverRequest. What is absent
/// is the node's configuration to decide.
struct discover_body {
  std::string capture;                  // a whole pcap or pcapng file, or
  std::vector<given_message> messages;  // messages; never both, never neither
  std::string name;
  std::optional<quality_mode> mode;
  std::optional<validation_level> level;
  std::optional<duration> deadline;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> groups;  // empty: all
  bool use_cache = true;
  request_priority priority = request_priority::normal;
  std::optional<fallback_order> fallbacks;

  friend bool operator==(const discover_body&, const discover_body&) = default;
};

/// Reads a request body. Content types (parameters such as charset are ignored):
///   application/json            DiscoverRequest as Protobuf JSON; unknown names are refused
///   application/x-protobuf      DiscoverRequest, binary (also application/protobuf)
///   application/vnd.tcpdump.pcap, application/octet-stream    a capture, raw
/// Errors name what is wrong, where ("messages[3].hex, character 7") and what to do.
[[nodiscard]] std::variant<discover_body, failure> decode_body(std::string_view content_type,
                                                               std::string_view body,
                                                               const body_limits& limits);

/// Takes over one query parameter (mode, level, deadline_ms, seed, group, name, use_cache,
/// priority, fallback); it wins over the body. The failure names the parameter.
[[nodiscard]] failure apply_parameter(discover_body& request, std::string_view name,
                                      std::string_view value);

/// The messages of a request as one traffic group: one flow for each flow number, openings
/// included.
[[nodiscard]] traffic_group_ptr group_of(const discover_body& request);

/// The request as a binary DiscoverRequest: what a client sends.
[[nodiscard]] std::string encode_body(const discover_body& request);

[[nodiscard]] std::optional<quality_mode> mode_named(std::string_view name);
[[nodiscard]] std::optional<validation_level> level_named(std::string_view name);

}  // namespace troupe::wire
