#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actors/ingest/conversation.hpp"
#include "actors/ingest/input.hpp"
#include "actors/ingest/message_pool.hpp"
#include "actors/ingest/tally.hpp"

namespace troupe::ingest {

/// All that becomes one traffic group.
struct bucket_group {
  service_key key;
  message_pool* pool = nullptr;
  std::optional<framing> rule;         // TCP
  std::vector<conversation*> flows{};  // in order of their first packets
  tally* unused = nullptr;

  [[nodiscard]] std::uint64_t messages_seen() const;
  [[nodiscard]] std::uint64_t bytes_seen() const;
};

/// Whether the first endpoint of a flow is its server.
[[nodiscard]] bool a_serves(const conversation& flow, const service_census& census);

/// "UDP/53", "IP/89", "Ethernet/0x88b8", "Ethernet/LLC-0x42".
[[nodiscard]] std::string group_name(const service_key& key);

/// Puts a group together in capture order and empties what it is made of.
[[nodiscard]] traffic_group_ptr make_group(bucket_group& from, const service_census& census,
                                           const ingest_options& options);

/// Copies the messages of a pool, in capture order, into a group whose flows are numbered by
/// `flow_index`; frees the pool as it goes. What the pool had to drop is counted; `place`
/// ("packet ", "line ") goes before its number.
void fill_messages(traffic_group& into, message_pool& from,
                   const std::vector<std::uint32_t>& flow_index, const std::vector<bool>& a_serves,
                   const ingest_options& options, const std::string& place);

}  // namespace troupe::ingest
