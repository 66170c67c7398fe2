#include "actors/pipeline/grammar/wide_text.hpp"

#include <algorithm>

namespace troupe::grammar {

namespace {
constexpr std::uint32_t fewest_bytes = 6;
}  // namespace

std::uint32_t wide_text_size(bytes_view bytes) {
  std::size_t at = 0;
  while (at + 1 < bytes.size() && is_text_byte(bytes[at]) && bytes[at + 1] == 0) at += 2;
  if (at == 0) return 0;
  const bool terminated = at + 1 < bytes.size() && bytes[at] == 0 && bytes[at + 1] == 0;
  return static_cast<std::uint32_t>(terminated ? at + 2 : at);
}

std::optional<std::uint32_t> find_wide_text(std::span<const scope> within, std::uint32_t last) {
  const auto looked_at = spread(within, 128);
  const auto end = std::min(last + 1, shortest(looked_at));
  for (std::uint32_t offset = 0; offset < end; ++offset) {
    std::size_t failed = 0;
    std::size_t filled = 0;
    for (const auto& one : looked_at) {
      const auto size = wide_text_size(one.bytes.subspan(offset));
      if (size == 0 && ++failed * 20 > looked_at.size()) break;
      if (size >= fewest_bytes) ++filled;
    }
    if (failed * 20 <= looked_at.size() && filled * 2 > looked_at.size()) return offset;
  }
  return std::nullopt;
}

}  // namespace troupe::grammar
