#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "actors/ingest/byte_source.hpp"
#include "actors/ingest/tally.hpp"
#include "messages/ids.hpp"

namespace troupe::ingest {

/// One record of a capture file.
struct raw_packet {
  std::uint64_t number = 0;  // 1-based
  duration time{0};          // since 1970
  std::uint32_t link_type = 0;
  byte_view bytes;               // what was captured; valid until the next record is read
  std::uint32_t wire_bytes = 0;  // what was on the wire, never less than captured
};

/// A container of packets, read from the front.
///
/// The containers are read by ourselves, not through libpcap: it cannot read from memory, refuses a
/// pcapng whose interfaces differ in link type, and gives no byte offsets for error messages.
class capture_file {
 public:
  capture_file() = default;
  capture_file(const capture_file&) = delete;
  capture_file& operator=(const capture_file&) = delete;
  virtual ~capture_file() = default;

  /// The next packet; nothing at the end or where the file is damaged.
  [[nodiscard]] virtual std::optional<raw_packet> next() = 0;

  /// Why reading ended before the end of the file ("truncated after packet 17 ..."), or empty.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  /// The link types of its interfaces, those without packets too.
  [[nodiscard]] const std::set<std::uint32_t>& link_types() const noexcept { return link_types_; }
  /// Records that were passed over.
  [[nodiscard]] tally& refused() noexcept { return refused_; }

 protected:
  std::string problem_;
  std::set<std::uint32_t> link_types_;
  tally refused_;
};

/// No packet of any supported link is longer; a longer record means a damaged file.
inline constexpr std::uint32_t record_limit_bytes = 1U << 20U;

/// Whether the first four bytes of a file are those of a classic pcap, microseconds or nanoseconds.
[[nodiscard]] bool looks_like_pcap(byte_view head) noexcept;
/// Whether they are those of a pcapng.
[[nodiscard]] bool looks_like_pcapng(byte_view head) noexcept;

[[nodiscard]] std::unique_ptr<capture_file> open_pcap(byte_reader& from);
[[nodiscard]] std::unique_ptr<capture_file> open_pcapng(byte_reader& from);

}  // namespace troupe::ingest
