#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "messages/format.hpp"
#include "messages/traffic.hpp"
#include "messages/work.hpp"

namespace troupe::grammar {

using bytes_view = std::span<const std::uint8_t>;

/// One message of the sample that a format is learnt from.
struct sample {
  static constexpr std::uint32_t nobody = 0xffffffffU;

  bytes_view bytes;
  direction dir = direction::client_to_server;
  std::uint32_t flow = 0;
  duration since_start{0};
  std::uint32_t asked = nobody;  // the sample that this one may answer, see `find_asked`
  std::uint32_t client = 0;      // IPv4 addresses of the flow's ends, 0 where unknown
  std::uint32_t server = 0;
};

using samples = std::vector<sample>;

/// Notes for every sample the last one before it that went the other way in its flow.
void find_asked(samples& all);

/// A range of bytes of one sample: what one body is read in. Offsets inside a scope count from its
/// begin, so that columns line up behind parts of varying size.
struct scope {
  std::uint32_t of = 0;  // index into the samples
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bytes_view bytes;  // of the scope

  [[nodiscard]] std::uint32_t size() const noexcept { return end - begin; }
};

using scopes = std::vector<scope>;

[[nodiscard]] inline scope whole(const samples& from, std::uint32_t index) {
  const auto bytes = from[index].bytes;
  return {index, 0, static_cast<std::uint32_t>(bytes.size()), bytes};
}

/// The part of `outer` from `skip` on.
[[nodiscard]] inline scope behind(const scope& outer, std::uint32_t skip) {
  return {outer.of, outer.begin + skip, outer.end, outer.bytes.subspan(skip)};
}

/// `size` bytes of `outer` from `skip` on.
[[nodiscard]] inline scope part(const scope& outer, std::uint32_t skip, std::uint32_t size) {
  return {outer.of, outer.begin + skip, outer.begin + skip + size, outer.bytes.subspan(skip, size)};
}

[[nodiscard]] std::uint32_t shortest(std::span<const scope> within);
[[nodiscard]] std::uint32_t longest(std::span<const scope> within);
[[nodiscard]] std::uint32_t distinct_sizes(std::span<const scope> within);

/// How many scopes differ in their bytes, counted up to `enough`.
[[nodiscard]] std::uint32_t distinct_contents(std::span<const scope> within, std::uint32_t enough);

/// At most `most` scopes, evenly spread: for what a scope shows alone.
[[nodiscard]] scopes spread(std::span<const scope> within, std::size_t most);

/// At most `most` scopes in up to 16 runs of neighbours, the first from the start, the last to the
/// end: for what shows from one scope to the next (counters, answers).
[[nodiscard]] scopes spread_runs(std::span<const scope> within, std::size_t most);

[[nodiscard]] inline std::string_view text_of(bytes_view bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] inline bool is_printable(std::uint8_t byte) noexcept {
  return byte >= 0x20 && byte < 0x7f;
}

[[nodiscard]] inline bool is_text_byte(std::uint8_t byte) noexcept {
  return is_printable(byte) || byte == '\t' || byte == '\r' || byte == '\n';
}

}  // namespace troupe::grammar
