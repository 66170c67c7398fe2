// pcapng (draft-ietf-opsawg-pcapng-02): sections of either byte order, interfaces of any link type
// and time resolution, enhanced, simple and obsolete packet blocks. Other blocks are passed over.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "actors/ingest/capture_file.hpp"

namespace troupe::ingest {

namespace {

constexpr std::uint32_t section_block = 0x0a0d0d0a;
constexpr std::uint32_t interface_block = 1;
constexpr std::uint32_t obsolete_packet_block = 2;
constexpr std::uint32_t simple_packet_block = 3;
constexpr std::uint32_t enhanced_packet_block = 6;
constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
constexpr std::size_t interfaces_limit = 65'536;
constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max() / 2;

struct interface_description {
  std::uint32_t link_type = 0;
  std::uint32_t snap_bytes = 0;  // 0: no limit
  std::uint8_t resolution = 6;   // draft, section 4.2: power of ten, or of two with the high bit
  std::int64_t offset_seconds = 0;
};

// Units of an interface's resolution to nanoseconds; absurd times saturate.
duration to_time(std::uint64_t units, const interface_description& from) {
  const unsigned exponent = from.resolution & 0x7fU;
  long double seconds_scale = 1;
  for (unsigned i = 0; i < exponent; ++i) seconds_scale *= (from.resolution & 0x80U) != 0 ? 2 : 10;
  long double nanoseconds = static_cast<long double>(units) * 1e9L / seconds_scale;
  nanoseconds += static_cast<long double>(from.offset_seconds) * 1e9L;
  const auto bound = static_cast<long double>(latest);
  return duration(std::llroundl(std::clamp(nanoseconds, -bound, bound)));
}

class pcapng_file final : public capture_file {
 public:
  explicit pcapng_file(byte_reader& from) : from_(from) {}

  std::optional<raw_packet> next() override {
    while (problem_.empty()) {
      from_.skip(pending_);
      pending_ = 0;
      auto found = read_block();
      if (found) return found;
      if (ended_) break;
    }
    return std::nullopt;
  }

 private:
  // One block: a packet, or nothing (another block, the end, or a problem).
  std::optional<raw_packet> read_block() {
    start_ = from_.position();
    auto head = from_.peek(12);
    if (head.empty()) {
      ended_ = true;
      problem_ = from_.problem();
      return std::nullopt;
    }
    if (head.size() < 12) return stop("a block's header is cut");
    if (load(head, 4, true) == section_block && !begin_section(head)) return std::nullopt;
    const auto type = number(head, 0);
    const auto length = number(head, 4);
    if (length < 12 || length % 4 != 0) {
      return stop("a block's length of " + std::to_string(length) + " bytes cannot be");
    }
    const bool wanted = type == interface_block || type == obsolete_packet_block ||
                        type == simple_packet_block || type == enhanced_packet_block;
    if (!wanted) {
      if (!from_.skip(length)) return stop("the file ends inside a block");
      return std::nullopt;
    }
    if (length > record_limit_bytes + 4096) {
      return stop("a block's length of " + std::to_string(length) +
                  " bytes is absurd; the file is damaged from here on");
    }
    const auto block = from_.peek(length);
    if (block.size() < length) return stop("the file ends inside a block");
    pending_ = length;
    return take(type, block.subspan(8, length - 12));
  }

  std::optional<raw_packet> take(std::uint32_t type, byte_view body) {
    if (type == interface_block) {
      add_interface(body);
      return std::nullopt;
    }
    ++number_;
    if (type == simple_packet_block) return simple_packet(body);
    return full_packet(type, body);
  }

  bool begin_section(byte_view head) {
    if (load(head.subspan(8), 4, true) == byte_order_magic) {
      little_ = true;
    } else if (load(head.subspan(8), 4, false) == byte_order_magic) {
      little_ = false;
    } else {
      stop("a section header has no byte-order magic");
      return false;
    }
    interfaces_.clear();
    return true;
  }

  void add_interface(byte_view body) {
    if (body.size() < 8 || interfaces_.size() >= interfaces_limit) {
      stop("an interface description is too short, or there are too many");
      return;
    }
    interface_description one;
    one.link_type = static_cast<std::uint32_t>(load(body, 2, little_));
    one.snap_bytes = number(body, 4);
    for (auto rest = body.subspan(8); rest.size() >= 4;) {
      const auto code = load(rest, 2, little_);
      const auto size = static_cast<std::size_t>(load(rest.subspan(2), 2, little_));
      const auto padded = (size + 3) / 4 * 4;
      if (code == 0 || rest.size() < 4 + padded) break;
      if (code == 9 && size >= 1) one.resolution = rest[4];  // if_tsresol
      if (code == 14 && size >= 8) {                         // if_tsoffset
        one.offset_seconds = static_cast<std::int64_t>(load(rest.subspan(4), 8, little_));
      }
      rest = rest.subspan(4 + padded);
    }
    link_types_.insert(one.link_type);
    interfaces_.push_back(one);
  }

  std::optional<raw_packet> simple_packet(byte_view body) {
    if (body.size() < 4 || interfaces_.empty()) return refuse("a simple packet without interface");
    const auto on_wire = number(body, 0);
    const auto& from = interfaces_.front();
    auto captured = std::min<std::size_t>(on_wire, body.size() - 4);
    if (from.snap_bytes != 0) captured = std::min<std::size_t>(captured, from.snap_bytes);
    return raw_packet{number_, duration(0), from.link_type, body.subspan(4, captured), on_wire};
  }

  std::optional<raw_packet> full_packet(std::uint32_t type, byte_view body) {
    if (body.size() < 20) return refuse("a packet block that is too short");
    const auto which = type == enhanced_packet_block
                           ? number(body, 0)
                           : static_cast<std::uint32_t>(load(body, 2, little_));
    if (which >= interfaces_.size())
      return refuse("a packet of an interface that is not described");
    const auto& from = interfaces_[which];
    const auto units = (std::uint64_t{number(body, 4)} << 32U) | number(body, 8);
    const auto captured = number(body, 12);
    const auto on_wire = number(body, 16);
    if (captured > body.size() - 20) return refuse("a packet longer than its block");
    return raw_packet{number_, to_time(units, from), from.link_type, body.subspan(20, captured),
                      std::max(on_wire, captured)};
  }

  std::nullopt_t refuse(const char* why) {
    refused_.add(why, 1, 0, packet_place(number_) + " at byte " + std::to_string(start_));
    return std::nullopt;
  }

  std::nullopt_t stop(const std::string& why) {
    problem_ = "at byte " + std::to_string(start_) + ", after packet " + std::to_string(number_) +
               ": " + why;
    if (!from_.problem().empty()) problem_ += " (" + from_.problem() + ")";
    return std::nullopt;
  }

  [[nodiscard]] std::uint32_t number(byte_view bytes, std::size_t at) const {
    return static_cast<std::uint32_t>(load(bytes.subspan(at), 4, little_));
  }

  byte_reader& from_;
  bool little_ = true;
  bool ended_ = false;
  std::uint64_t number_ = 0;
  std::uint64_t start_ = 0;
  std::uint64_t pending_ = 0;
  std::vector<interface_description> interfaces_;
};

}  // namespace

bool looks_like_pcapng(byte_view head) noexcept {
  return head.size() >= 4 && load(head, 4, true) == section_block;
}

std::unique_ptr<capture_file> open_pcapng(byte_reader& from) {
  return std::make_unique<pcapng_file>(from);
}

}  // namespace troupe::ingest
