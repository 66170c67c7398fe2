#include "actors/ingest/group_build.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>
#include <unordered_map>

namespace troupe::ingest {

namespace {

std::string hexadecimal(unsigned value, int digits) {
  static constexpr char all[] = "0123456789abcdef";
  std::string text = "0x";
  for (int i = digits - 1; i >= 0; --i) text += all[(value >> (4 * i)) & 15U];
  return text;
}

direction direction_of(bool from_a, bool serves_a) noexcept {
  return from_a != serves_a ? direction::client_to_server : direction::server_to_client;
}

flow make_flow(conversation& from, bool serves_a, std::vector<std::uint8_t>& opening_bytes) {
  flow made;
  made.l4 = from.key.l4;
  made.client = to_text(serves_a ? from.b.host : from.a.host, serves_a ? from.b.port : from.a.port);
  made.server = to_text(serves_a ? from.a.host : from.b.host, serves_a ? from.a.port : from.b.port);
  made.opener_seen = from.a_serves.has_value();
  made.packets = from.packets;
  // A hole that was given up late brings segments behind those of the other side.
  std::stable_sort(from.opening.begin(), from.opening.end(),
                   [](const auto& x, const auto& y) { return x.order < y.order; });
  for (const auto& one : from.opening) {
    auto kept = one.kept;
    kept.dir = direction_of(one.from_a, serves_a);
    kept.offset += static_cast<std::uint32_t>(opening_bytes.size());
    made.opening.push_back(kept);
  }
  opening_bytes.insert(opening_bytes.end(), from.opening_bytes.begin(), from.opening_bytes.end());
  from.opening = {};
  from.opening_bytes = {};
  return made;
}

// Clocks of captures may be absurd: differences saturate.
duration since(duration start, duration time) noexcept {
  const auto far = static_cast<long double>(time.count()) - static_cast<long double>(start.count());
  constexpr auto most = static_cast<long double>(std::numeric_limits<std::int64_t>::max() / 2);
  return far > most    ? duration(static_cast<std::int64_t>(most))
         : far < -most ? duration(-static_cast<std::int64_t>(most))
                       : time - start;
}

}  // namespace

std::uint64_t bucket_group::messages_seen() const {
  std::uint64_t sum = 0;
  for (const auto* flow : flows) sum += flow->messages;
  return sum;
}

std::uint64_t bucket_group::bytes_seen() const {
  std::uint64_t sum = 0;
  for (const auto* flow : flows) sum += flow->bytes;
  return sum;
}

bool a_serves(const conversation& flow, const service_census& census) {
  if (flow.a_serves) return *flow.a_serves;
  if (flow.key.l4 != transport::tcp && flow.key.l4 != transport::udp) return false;
  return census.first_serves(flow.key.l4, flow.a, flow.b);
}

std::string group_name(const service_key& key) {
  const std::string number = std::to_string(key.number);
  switch (key.l4) {
    case transport::ethernet:
      return key.number < ether_type_smallest ? "Ethernet/LLC-" + hexadecimal(key.number, 2)
                                              : "Ethernet/" + hexadecimal(key.number, 4);
    case transport::none: return number;
    case transport::udp:
    case transport::tcp:
    case transport::raw_ip: return std::string(to_string(key.l4)) + "/" + number;
  }
  return number;
}

traffic_group_ptr make_group(bucket_group& from, const service_census& census,
                             const ingest_options& options) {
  auto group = std::make_shared<traffic_group>();
  group->name = group_name(from.key);
  group->l4 = from.key.l4;
  const bool has_port = from.key.l4 == transport::tcp || from.key.l4 == transport::udp;
  group->server_port = has_port ? from.key.number : std::uint16_t{0};
  group->frames.kind = framing::how::datagram;
  if (from.rule) group->frames = *from.rule;
  group->messages_seen = from.messages_seen();
  group->bytes_seen = from.bytes_seen();
  std::uint32_t last = 0;
  for (const auto* flow : from.flows) last = std::max(last, flow->id);
  std::vector<std::uint32_t> index(std::size_t{last} + 1);
  std::vector<bool> serves;
  for (auto* one : from.flows) {
    index[one->id] = static_cast<std::uint32_t>(serves.size());
    serves.push_back(a_serves(*one, census));
    group->flows.push_back(make_flow(*one, serves.back(), group->opening_bytes));
  }
  group->unused = from.unused->take();
  fill_messages(*group, *from.pool, index, serves, options, "packet ");
  return group;
}

void fill_messages(traffic_group& into, message_pool& from,
                   const std::vector<std::uint32_t>& flow_index, const std::vector<bool>& a_serves,
                   const ingest_options& options, const std::string& place) {
  auto& pooled = from.messages();
  std::sort(pooled.begin(), pooled.end(), [](const auto& a, const auto& b) {
    return std::tie(a.order, a.serial) < std::tie(b.order, b.serial);
  });
  into.bytes.reserve(from.payload_bytes());
  into.messages.reserve(pooled.size());
  for (const auto& one : pooled) {
    const auto flow = flow_index[one.flow];
    const auto bytes = from.bytes_of(one);
    into.messages.push_back({flow, direction_of(one.from_a, a_serves[flow]),
                             static_cast<std::uint32_t>(into.bytes.size()), one.size,
                             since(pooled.front().time, one.time), one.source});
    into.bytes.insert(into.bytes.end(), bytes.begin(), bytes.end());
  }
  if (const auto& lost = from.dropped(); lost.messages > 0) {
    into.unused.push_back({"sampled away: over the budget of " +
                               std::to_string(options.group_budget_bytes) + " bytes or " +
                               std::to_string(options.group_budget_messages) +
                               " messages of a group, or of all groups",
                           lost.messages, lost.bytes, place + std::to_string(lost.first_source)});
  }
  from = {};
}

}  // namespace troupe::ingest

namespace troupe {

std::string transport_name(const traffic_group& group) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> known = {{
      {"IP/1", "ICMP"},
      {"IP/2", "IGMP"},
      {"IP/47", "GRE"},
      {"IP/50", "ESP"},
      {"IP/51", "AH"},
      {"IP/58", "ICMPV6"},
      {"IP/132", "SCTP"},
  }};
  if (group.l4 != transport::raw_ip) return std::string(to_string(group.l4));
  for (const auto& [name, common] : known) {
    if (group.name == name) return std::string(common);
  }
  return group.name;
}

}  // namespace troupe
