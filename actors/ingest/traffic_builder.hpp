#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "actors/ingest/capture_file.hpp"
#include "actors/ingest/conversation.hpp"
#include "actors/ingest/fragments.hpp"
#include "actors/ingest/group_store.hpp"
#include "actors/ingest/input.hpp"
#include "actors/ingest/service.hpp"

namespace troupe::ingest {

/// From packets to traffic groups: opens them layer by layer, finds their flow, puts fragments and
/// TCP streams together.
class traffic_builder {
 public:
  explicit traffic_builder(const ingest_options& options)
      : options_(options), store_(options, flows_) {}
  traffic_builder(const traffic_builder&) = delete;
  traffic_builder& operator=(const traffic_builder&) = delete;
  ~traffic_builder() = default;

  void add(const raw_packet& packet);
  [[nodiscard]] std::vector<traffic_group_ptr> finish();
  /// What could not be used at all.
  [[nodiscard]] tally& refused() noexcept { return refused_; }
  /// Held by all TCP streams because bytes before them have not come; within the options' budget.
  [[nodiscard]] std::uint64_t disordered_bytes() const noexcept { return disordered_bytes_; }

 private:
  struct flow_key {
    service_key service;  // of TCP and UDP without the port
    endpoint low;
    endpoint high;

    friend bool operator==(const flow_key&, const flow_key&) = default;
  };
  struct flow_hash {
    std::size_t operator()(const flow_key& key) const noexcept;
  };

  void add_ethernet(const frame& inner, origin from);
  void add_ip(const ip_packet& packet, origin from, int depth);
  void add_datagram(const whole_datagram& whole);
  void add_whole(const ip_packet& packet, origin from, int depth);
  void add_udp(const ip_packet& packet, origin from);
  void add_tcp(const ip_packet& packet, origin from);
  void add_tcp_segment(conversation& flow, bool from_a, byte_view header, tcp_segment segment);
  void flush(conversation& flow);
  void release_disordered();
  // `count_cut`: a payload that is not whole has not been counted yet.
  void add_payload(conversation& flow, bool from_a, byte_view bytes, std::uint32_t wire_bytes,
                   origin from, bool count_cut);
  void add_opening(conversation& flow, const stream_piece& piece, bool from_a);
  void handshake(conversation& flow, bool a_serves);
  [[nodiscard]] conversation* find_flow(service_key service, const endpoint& source,
                                        const endpoint& destination, origin& from);
  void refuse(const refusal& why, const origin& from, std::uint64_t bytes);

  const ingest_options& options_;
  std::deque<conversation> flows_;
  std::unordered_map<flow_key, std::uint32_t, flow_hash> flow_ids_;
  service_census census_;
  fragment_table fragments_;
  group_store store_;
  tally refused_;
  std::uint64_t opening_bytes_ = 0;
  std::uint64_t disordered_bytes_ = 0;
};

}  // namespace troupe::ingest
