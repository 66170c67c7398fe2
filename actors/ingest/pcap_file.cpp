// Classic pcap (draft-ietf-opsawg-pcap-04), both byte orders, microseconds and nanoseconds.
#include <algorithm>

#include "actors/ingest/capture_file.hpp"

namespace troupe::ingest {

namespace {

constexpr std::uint32_t magic_microseconds = 0xa1b2c3d4;
constexpr std::uint32_t magic_nanoseconds = 0xa1b23c4d;
constexpr std::size_t file_header_bytes = 24;
constexpr std::size_t record_header_bytes = 16;

bool known_magic(std::uint64_t magic) noexcept {
  return magic == magic_microseconds || magic == magic_nanoseconds;
}

class pcap_file final : public capture_file {
 public:
  explicit pcap_file(byte_reader& from) : from_(from) {
    const auto head = from_.peek(file_header_bytes);
    if (head.size() < file_header_bytes) {
      problem_ = "the file header is cut: " + std::to_string(head.size()) + " of 24 bytes";
      return;
    }
    little_ = known_magic(load(head, 4, true));
    nanoseconds_ = load(head, 4, little_) == magic_nanoseconds;
    // The upper bits of the field carry the length of a frame check sequence (draft, section 4).
    link_type_ = static_cast<std::uint32_t>(load(head.subspan(20), 4, little_) & 0xffffU);
    link_types_.insert(link_type_);
    from_.skip(file_header_bytes);
  }

  std::optional<raw_packet> next() override {
    if (!problem_.empty()) return std::nullopt;
    from_.skip(pending_);
    pending_ = 0;
    const auto start = from_.position();
    const auto header = from_.peek(record_header_bytes);
    if (header.empty()) {
      problem_ = from_.problem();
      return std::nullopt;
    }
    if (header.size() < record_header_bytes) return stop(place(start) + "its header is cut");
    const auto word = [&](std::size_t at) {
      return static_cast<std::uint32_t>(load(header.subspan(at), 4, little_));
    };
    const std::int64_t fraction = nanoseconds_ ? word(4) : std::int64_t{word(4)} * 1000;
    raw_packet packet{
        number_ + 1, duration(std::int64_t{word(0)} * 1'000'000'000 + fraction), link_type_, {}, 0};
    const auto captured = word(8);
    const auto on_wire = word(12);
    if (captured > record_limit_bytes) {
      return stop(place(start) + "its length of " + std::to_string(captured) +
                  " bytes is absurd; the file is damaged from here on");
    }
    const auto record = from_.peek(record_header_bytes + captured);
    if (record.size() < record_header_bytes + captured) {
      return stop(place(start) + "the file ends after " +
                  std::to_string(record.size() - record_header_bytes) + " of its " +
                  std::to_string(captured) + " bytes");
    }
    ++number_;
    pending_ = record.size();
    packet.bytes = record.subspan(record_header_bytes);
    packet.wire_bytes = std::max(on_wire, captured);
    return packet;
  }

 private:
  [[nodiscard]] std::string place(std::uint64_t start) const {
    return packet_place(number_ + 1) + " at byte " + std::to_string(start) + ": ";
  }

  std::nullopt_t stop(std::string why) {
    problem_ = std::move(why);
    if (!from_.problem().empty()) problem_ += " (" + from_.problem() + ")";
    return std::nullopt;
  }

  byte_reader& from_;
  bool little_ = false;
  bool nanoseconds_ = false;
  std::uint32_t link_type_ = 0;
  std::uint64_t number_ = 0;
  std::uint64_t pending_ = 0;  // bytes of the record that the caller still looks at
};

}  // namespace

bool looks_like_pcap(byte_view head) noexcept {
  return head.size() >= 4 &&
         (known_magic(load(head, 4, true)) || known_magic(load(head, 4, false)));
}

std::unique_ptr<capture_file> open_pcap(byte_reader& from) {
  return std::make_unique<pcap_file>(from);
}

}  // namespace troupe::ingest
