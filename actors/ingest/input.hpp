#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "actors/ingest/byte_source.hpp"
#include "messages/errc.hpp"
#include "messages/traffic.hpp"

namespace troupe {

/// What bounds the memory and the effort of reading one input.
struct ingest_options {
  std::uint64_t group_budget_bytes = 64ULL << 20U;  // kept per traffic group, the rest is sampled
  std::uint32_t group_budget_messages = 100'000;
  std::uint64_t stream_budget_bytes = 1ULL << 20U;  // out-of-order bytes held per TCP stream
  std::uint32_t message_limit_bytes = 64U << 10U;   // one message; longer ones are cut and counted
  std::uint64_t seed = 0;                           // of the sampling
  std::uint32_t groups_limit = 1024;                // the smallest beyond it are only counted
  std::uint32_t flows_limit = 65'536;               // packets of flows beyond it are only counted
  std::uint64_t total_budget_bytes = 64ULL << 20U;  // messages of all groups together
  std::uint64_t held_budget_bytes = 16ULL << 20U;   // streams that wait for their framing rule, and
                                                    // out-of-order bytes, of all flows together
  std::uint64_t opening_budget_bytes = 24ULL << 20U;  // openings of all flows together
  std::uint64_t input_limit_bytes = 0;                // of the input, inflated; 0: none
};

/// What was in an input.
struct ingest_report {
  std::string format;         // "pcap", "pcapng", "JSONL" or "hex lines", with "gzip, " before it
  std::uint64_t packets = 0;  // or lines
  std::uint64_t bytes = 0;    // of the input, inflated
  std::vector<std::string> link_types;  // names as libpcap has them
  std::vector<unused_input> refused;    // what is in no group, by reason
  std::string problem;  // why reading ended before the input's end, with the place; or empty
};

struct ingest_result {
  std::vector<traffic_group_ptr> groups;  // most messages first
  ingest_report report;
};

/// Reads a capture (pcap, pcapng), JSONL messages or hex lines, each plain or gzip-compressed; told
/// apart by content, not by name. `path` "-" is the standard input. Memory stays within the
/// options, whatever the size of the file. A failure means that nothing could be used, and begins
/// with the path ("standard input"); what was left out of a result stands in its report and in its
/// groups. When `stop` is asked for, for example by `tell`, the input counts as ended there, with
/// that problem.
[[nodiscard]] std::variant<ingest_result, failure> read_file(const std::string& path,
                                                             const ingest_options& options,
                                                             const progress& tell = {},
                                                             const std::stop_token& stop = {});

/// The same for bytes in memory; `name` stands for the path in errors and names JSONL groups.
[[nodiscard]] std::variant<ingest_result, failure> read_bytes(std::span<const std::uint8_t> bytes,
                                                              const std::string& name,
                                                              const ingest_options& options);

/// The transport of a group's flows as people and nDPI name it: "TCP", "UDP", "ESP", "ICMP",
/// "IP/89", "Ethernet".
[[nodiscard]] std::string transport_name(const traffic_group& group);

}  // namespace troupe
