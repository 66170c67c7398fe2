#include "actors/pipeline/grammar/name_chains.hpp"

#include <algorithm>

namespace troupe::grammar {

namespace {
constexpr std::uint8_t pointer_mark = 0xc0;  // RFC 1035 section 4.1.4
constexpr std::uint8_t longest_label = 63;
constexpr std::uint32_t longest_chain = 255;
}  // namespace

chain read_chain(bytes_view bytes) {
  chain out;
  std::size_t at = 0;
  while (at < bytes.size() && at < longest_chain) {
    const auto head = bytes[at];
    if (head == 0) return {static_cast<std::uint32_t>(at + 1), out.labels};
    if (head >= pointer_mark) {
      if (at + 2 > bytes.size()) return {};
      return {static_cast<std::uint32_t>(at + 2), out.labels};
    }
    if (head > longest_label || at + 1 + head > bytes.size()) return {};
    const auto label = bytes.subspan(at + 1, head);
    if (!std::all_of(label.begin(), label.end(), is_printable)) return {};
    ++out.labels;
    at += 1U + head;
  }
  return {};
}

std::optional<std::uint32_t> find_chain(std::span<const scope> within, std::uint32_t last_offset) {
  const auto looked_at = spread(within, 128);
  const auto end = std::min(shortest(looked_at), last_offset);
  for (std::uint32_t offset = 0; offset < end; ++offset) {
    std::size_t long_ones = 0;
    std::size_t failed = 0;
    for (const auto& one : looked_at) {
      const auto found = read_chain(one.bytes.subspan(offset));
      if (found.size == 0) ++failed;
      if (found.labels >= 2) ++long_ones;
      if (failed * 50 > looked_at.size()) break;
    }
    if (failed * 50 <= looked_at.size() && long_ones * 2 > looked_at.size()) return offset;
  }
  return std::nullopt;
}

}  // namespace troupe::grammar
